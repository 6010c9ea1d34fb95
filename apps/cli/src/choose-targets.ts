import { readFile } from 'node:fs/promises';
import type { App } from './app.ts';
import { confirm } from './confirm.ts';
import { formatAgo } from './domain/duration.ts';
import { escapeText } from './domain/escape.ts';
import { parseSelector, selectorLines, splitList } from './domain/selector.ts';
import { instances, pasteableNames } from './domain/summary.ts';
import { findTargets, type Target } from './instances.ts';
import type { Session } from './session.ts';
import { nothingMatched, Stop } from './stop.ts';

/** Above this many machines a person is asked first. */
export const CONFIRM_ABOVE = 20;
/** So many machines that are offline are named one by one. */
const NAMED_MAX = 5;

const HOW_TO_CHOOSE = "say which with -t NAME_OR_ID, -t 'web-*' or -t @FILE";

/** What a user chose machines with. */
export interface TargetOptions {
  /** Values of `-t`: comma lists, globs, `!` exclusions, `@file`. */
  readonly target?: readonly string[];
  readonly skipOffline?: boolean;
  readonly yes?: boolean;
}

/** The machines to run on, after everything a careful person would be told: who is offline, how many there are. */
export async function chooseTargets(app: App, session: Session, options: TargetOptions): Promise<Target[]> {
  const chosen = await matchTargets(session, options.target ?? []);
  const offline = chosen.filter(({ online }) => online === false);
  const kept = options.skipOffline ? chosen.filter(({ online }) => online !== false) : chosen;
  if (kept.length === 0) {
    throw nothingMatched(
      `all ${instances(chosen.length)} chosen are offline`,
      'leave --skip-offline out to wait for them',
    );
  }
  if (offline.length > 0) app.note(offlineNote(offline, chosen.length, options.skipOffline === true));
  if (kept.length > CONFIRM_ABOVE && !options.yes) await confirmMany(app, kept);
  return kept;
}

/** The machines that `-t` values name; refuses to guess when there are none, and when one of them names nothing. */
export async function matchTargets(session: Session, values: readonly string[]): Promise<Target[]> {
  const parts = (await Promise.all(values.map(expand))).flat();
  const selectors = parts.map(parseSelector);
  if (selectors.length === 0) throw new Stop('no instances chosen', { hint: HOW_TO_CHOOSE });
  if (selectors.every(({ exclude }) => exclude)) {
    throw new Stop('only exclusions are chosen, which leaves nothing to take them from', { hint: HOW_TO_CHOOSE });
  }
  const { chosen, unmatched } = await findTargets(session, selectors);
  if (unmatched.length > 0) {
    const names = unmatched.map((each) => `\`${each}\``).join(', ');
    throw nothingMatched(`no instance matches ${names}`, '`muster instance list` shows yours');
  }
  if (chosen.length === 0) throw nothingMatched('the exclusions take away every instance that was chosen');
  return chosen;
}

async function expand(value: string): Promise<string[]> {
  if (!value.startsWith('@')) return splitList(value);
  const file = value.slice(1);
  try {
    return selectorLines(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Stop(`cannot read instances from \`${file}\`: ${(error as Error).message}`);
  }
}

function offlineNote(offline: readonly Target[], total: number, skipped: boolean): string {
  const named = offline.slice(0, NAMED_MAX).map(({ name, lastHeardMs }) => {
    const heard =
      lastHeardMs === undefined ? 'never heard from' : `last heard from ${formatAgo(Date.now() - lastHeardMs)}`;
    return `${escapeText(name)} (${heard})`;
  });
  const more = offline.length > NAMED_MAX ? ` and ${offline.length - NAMED_MAX} more` : '';
  const what = skipped ? 'left out' : 'they start when they come back in time; leave them out with --skip-offline';
  return `${offline.length} of ${instances(total)} offline: ${named.join(', ')}${more}; ${what}`;
}

async function confirmMany(app: App, targets: readonly Target[]): Promise<void> {
  const first = targets.slice(0, NAMED_MAX).map(pasteableNames(targets)).join(', ');
  await confirm(app, `Run on ${instances(targets.length)} (${first}, …)?`, 'nothing was run');
}
