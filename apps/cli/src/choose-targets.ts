import { readFile } from 'node:fs/promises';
import { formatAgo } from './domain/duration.ts';
import { escapeText } from './domain/escape.ts';
import { isPlainGlob, parseSelector, selectorLines, splitList } from './domain/selector.ts';
import { instances } from './domain/summary.ts';
import { findTargets, type Target } from './instances.ts';
import type { Session } from './session.ts';
import { nothingMatched, Stop } from './stop.ts';
import { type OfflineWord, type SelectorInit, selectorFrom, type WhereOptions } from './where-options.ts';

/** So many machines are named one by one. */
export const NAMED_MAX = 5;

const HOW_TO_CHOOSE = "say which with -t NAME_OR_ID, -t 'web-*', -t @FILE, --tag KEY=VALUE or --all";

/** Machines that were named one by one, or a description that the service resolves when it makes the run. */
export type Where = { readonly targets: readonly Target[] } | { readonly selector: SelectorInit };

/** What the options choose. One glob that the service understands is left to it; everything else that `-t` can say is looked up here. */
export async function chooseWhere(session: Session, options: WhereOptions): Promise<Where> {
  const selector = selectorFrom(options);
  if (selector) return { selector };
  const parts = await expandAll(options.target ?? []);
  const [only] = parts;
  if (only !== undefined && parts.length === 1 && isPlainGlob(only)) return { selector: { names: [only] } };
  return { targets: await matchParts(session, parts) };
}

/** The request's fields for machines. */
export function whereFields(where: Where): { instanceIds: string[]; selector?: SelectorInit } {
  return 'selector' in where
    ? { instanceIds: [], selector: where.selector }
    : { instanceIds: where.targets.map(({ id }) => id) };
}

/** The machines that `-t` values name; refuses to guess when there are none, and when one of them names nothing. */
export async function matchTargets(session: Session, values: readonly string[]): Promise<Target[]> {
  return matchParts(session, await expandAll(values));
}

/** The one machine that an id or a name names. */
export async function matchTarget(session: Session, idOrName: string): Promise<Target> {
  const [target, second] = await matchTargets(session, [idOrName]);
  if (second) throw new Stop(`\`${idOrName}\` names several instances`, { hint: 'say which by id' });
  return target!;
}

async function matchParts(session: Session, parts: readonly string[]): Promise<Target[]> {
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

async function expandAll(values: readonly string[]): Promise<string[]> {
  return (await Promise.all(values.map(expand))).flat();
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

const WHAT_BECOMES_OF_THEM: Record<OfflineWord, string> = {
  refuse: '--offline wait runs there when they come back, --offline skip leaves them out',
  wait: 'they start when they come back',
  skip: 'left out',
};

/** Who is offline among machines that were named, and what becomes of them; undefined when nobody is. */
export function offlineNote(targets: readonly Target[], policy: OfflineWord = 'refuse'): string | undefined {
  const offline = targets.filter(({ online }) => online === false);
  if (offline.length === 0) return undefined;
  const named = offline.slice(0, NAMED_MAX).map(({ name, lastHeardMs }) => {
    const heard =
      lastHeardMs === undefined ? 'never heard from' : `last heard from ${formatAgo(Date.now() - lastHeardMs)}`;
    return `${escapeText(name)} (${heard})`;
  });
  const more = offline.length > NAMED_MAX ? ` and ${offline.length - NAMED_MAX} more` : '';
  const who = `${offline.length} of ${instances(targets.length)} offline: ${named.join(', ')}${more}`;
  return `${who}; ${WHAT_BECOMES_OF_THEM[policy]}`;
}
