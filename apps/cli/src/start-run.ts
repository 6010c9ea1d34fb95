import type { App } from './app.ts';
import { chooseWhere, NAMED_MAX, offlineNote, type Where, whereFields } from './choose-targets.ts';
import { confirm } from './confirm.ts';
import { failureLine } from './domain/failure-line.ts';
import { instances, pasteableNames } from './domain/summary.ts';
import { explain, refusalIn } from './failure.ts';
import { followRun } from './follow-run.ts';
import { RunControl } from './run-control.ts';
import type { MakeOptions, RunOptions } from './run-options.ts';
import type { Session } from './session.ts';
import { Stop } from './stop.ts';
import { offlineFields, type SelectorInit, selectorWords } from './where-options.ts';

/** Above this many machines a person is asked first. */
export const CONFIRM_ABOVE = 20;

/** What every run request carries. */
export interface RunRequest extends ReturnType<typeof offlineFields> {
  readonly instanceIds: string[];
  readonly selector?: SelectorInit;
  readonly clientToken: string;
  readonly dryRun: boolean;
  readonly outputCosBucketUrl: string;
  readonly outputCosKeyPrefix: string;
}

/** What the service answers. */
export interface MadeRun {
  /** Empty after a dry run. */
  readonly invocationId: string;
  readonly taskCount: number;
  /** Of those. */
  readonly offlineCount: number;
  /** Beside those. */
  readonly skippedCount: number;
}

/** Chooses machines, sends the request, and follows the run unless it is to be detached. Answers the exit code. */
export async function startRun(
  { app, session }: { app: App; session: Session },
  options: RunOptions,
  send: (request: RunRequest) => Promise<MadeRun>,
): Promise<number | undefined> {
  const offline = offlineFields(options);
  const where = await chooseWhere(session, options);
  const request = {
    ...whereFields(where),
    ...offline,
    clientToken: options.clientToken ?? '',
    dryRun: false,
    outputCosBucketUrl: options.outputBucket ?? '',
    outputCosKeyPrefix: options.outputPrefix ?? '',
  };
  // what a dry run did must not be what its token answers later
  const plan = () => send({ ...request, clientToken: '', dryRun: true });
  if (options.dryRun) return sayPlan(app, await plan());
  if ('targets' in where) {
    const note = offlineNote(where.targets, options.offline);
    if (note) app.note(note);
  }
  if (mayAsk(app, options)) await askAbout(app, where, plan);
  return makeAndFollow({ app, session }, options, () => send(request));
}

/** Makes a run and follows it unless it is to be detached. Answers the exit code. */
export async function makeAndFollow(
  { app, session }: { app: App; session: Session },
  options: MakeOptions,
  make: () => Promise<MadeRun>,
): Promise<number | undefined> {
  using control = new RunControl();
  const made = await make();
  const { invocationId } = made;
  if (options.detach) {
    if (app.json) app.printJson(inJson(made));
    else {
      app.terminal.out.line(invocationId);
      if (!options.quiet) app.note(`started ${inWords(made)}; follow it with: muster watch ${invocationId}`);
    }
    return undefined;
  }
  if (!options.quiet) app.note(`${invocationId} ${inWords(made)}`);
  try {
    return await followRun({ app, session, control }, invocationId, options);
  } catch (error) {
    if (refusalIn(error)?.kind !== 'denied') throw error;
    const denial = failureLine({ ...explain(error), hint: undefined });
    throw new Stop(`${invocationId} has started, but you may not see what comes of it: ${denial}`, {
      hint: 'ask for a policy that allows it, or start runs with --detach',
    });
  }
}

/** Whether there is a person to ask. */
export function mayAsk({ json, terminal }: App, { yes = false }: MakeOptions): boolean {
  return !yes && !json && terminal.err.isTerminal;
}

async function askAbout(app: App, where: Where, plan: () => Promise<MadeRun>): Promise<void> {
  if ('targets' in where) {
    const { targets } = where;
    const first = targets.slice(0, NAMED_MAX).map(pasteableNames(targets)).join(', ');
    if (targets.length > CONFIRM_ABOVE) await askForRun(app, `on ${instances(targets.length)} (${first}, …)`);
    return;
  }
  const planned = await plan();
  if (planned.taskCount > CONFIRM_ABOVE) {
    await askForRun(app, `${inWords(planned)} (${selectorWords(where.selector)})`);
  }
}

/** Asks whether to run there; everything but yes ends the command. */
export function askForRun(app: App, where: string): Promise<void> {
  return confirm(app, `Run ${where}?`, 'nothing was run');
}

function sayPlan(app: App, planned: MadeRun): undefined {
  if (app.json) {
    const { InvocationId: _, ...counts } = inJson(planned);
    app.printJson(counts);
  } else app.terminal.out.line(`would run ${inWords(planned)}`);
  return undefined;
}

function inJson({ invocationId, taskCount, offlineCount, skippedCount }: MadeRun) {
  return { InvocationId: invocationId, TaskCount: taskCount, OfflineCount: offlineCount, SkippedCount: skippedCount };
}

/** `on 3 instances, 1 of them offline, 2 offline ones skipped`. */
function inWords({ taskCount, offlineCount, skippedCount }: MadeRun): string {
  const parts = [`on ${instances(taskCount)}`];
  if (offlineCount > 0) parts.push(`${offlineCount} of them offline`);
  if (skippedCount > 0) parts.push(`${skippedCount} offline ${skippedCount === 1 ? 'one' : 'ones'} skipped`);
  return parts.join(', ');
}
