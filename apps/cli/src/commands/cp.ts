import { isPlainName } from '@muster/terminal';
import type { App } from '../app.ts';
import { matchTargets } from '../choose-targets.ts';
import { confirm } from '../confirm.ts';
import { copyMachine, type MachineCopy } from '../copy/copy-machine.ts';
import { CopyProgress } from '../copy/copy-progress.ts';
import { humanCopyReport, isWhole, jsonCopyReport, type MachineOutcome } from '../copy/copy-report.ts';
import { type Copying, copyingOf } from '../domain/copy-place.ts';
import { EXIT } from '../domain/outcome.ts';
import { instances, pasteableNames } from '../domain/summary.ts';
import type { Target } from '../instances.ts';
import { collect, count } from '../option-values.ts';
import { startProgress } from '../output/progress.ts';
import type { Session } from '../session.ts';
import { CONFIRM_ABOVE } from '../start-run.ts';
import { Stop } from '../stop.ts';
import { verb } from '../verb.ts';

interface Options {
  readonly target?: readonly string[];
  readonly user?: string;
  readonly reason?: string;
  /** False with --no-owner; verbs are configured too late for commander's own default. */
  readonly owner?: boolean;
  readonly parallel: number;
  readonly yes?: boolean;
}

type Places = Exclude<Copying, { fault: string }>;

/** Stands for a machine's name in a destination here. */
const PLACEHOLDER = '{instance}';

/** `muster cp`: files to instances, or from them. */
export const cp = verb<Options, [paths: string[]]>({
  configure(command) {
    command
      .argument('<paths...>', 'sources, and last the destination; on instances as INSTANCE:PATH, or :PATH with -t')
      .option('-t, --target <instances>', "names, ids, globs such as 'web-*', !exclusions, @file; repeatable", collect)
      .option('--user <name>', 'the user there that reads and writes; root when not given')
      .option('--no-owner', 'do not keep owner and group, also as root')
      .option('--parallel <n>', 'so many instances at a time', count, 8)
      .option('--reason <text>', 'why; it is on record')
      .option('-y, --yes', 'do not ask, however many instances there are');
  },
  examples: [
    'muster cp ./dist web-1:/srv/app',
    'muster cp web-1:/etc/hosts .',
    "muster cp app.conf 'web-*:/etc/app/' --user root",
    "muster cp -t 'web-*' :/var/log/syslog 'logs/{instance}/' --json",
    'muster cp ./site/. web-1:/srv/site --user deploy --no-owner',
  ],
  async run(app, options, paths) {
    const places = copyingOf(paths, options.target !== undefined);
    if ('fault' in places) throw new Stop(places.fault, { hint: places.hint });
    const session = await app.connect();
    const targets = await matchTargets(session, options.target ?? [places.instance!]);
    const destinationOf = destinations(places, targets);
    if (targets.length > CONFIRM_ABOVE && !options.yes) {
      const first = targets.slice(0, 3).map(pasteableNames(targets)).join(', ');
      const way = places.direction === 'put' ? 'to' : 'from';
      await confirm(app, `Copy ${way} ${instances(targets.length)} (${first}, …)?`, 'nothing was copied');
    }
    return copyAll({ app, session, options }, targets, (target) => ({
      ...places,
      destination: destinationOf(target),
      username: options.user ?? '',
      reason: options.reason ?? '',
      keepOwner: options.owner !== false,
    }));
  },
});

/** Where each machine's files go. Two machines never write into one place here. */
function destinations({ direction, destination }: Places, targets: readonly Target[]): (target: Target) => string {
  if (direction === 'put') return () => destination;
  if (targets.length > 1 && !destination.includes(PLACEHOLDER)) {
    throw new Stop(`${targets.length} instances would write to the same \`${destination}\``, {
      hint: `say where each goes, such as '${destination.replace(/\/*$/, '')}/${PLACEHOLDER}/'`,
    });
  }
  const nameOf = pasteableNames(targets);
  return (target) => {
    const name = nameOf(target);
    return destination.replaceAll(PLACEHOLDER, isPlainName(name) ? name : target.id);
  };
}

async function copyAll(
  { app, session, options }: { app: App; session: Session; options: Options },
  targets: readonly Target[],
  copyOf: (target: Target) => MachineCopy,
): Promise<number> {
  const report = app.json ? jsonCopyReport(app) : humanCopyReport(app);
  const shown = new CopyProgress(targets.length);
  const progress = app.json ? undefined : await startProgress(app.terminal.err, () => shown.line());
  const stop = new AbortController();
  const interrupt = () => stop.abort(new Stop('interrupted', { hint: 'the same command goes on where it was' }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  const outcomes: MachineOutcome[] = [];
  const waiting = [...targets];
  const one = async () => {
    for (let target = waiting.shift(); target && !stop.signal.aborted; target = waiting.shift()) {
      const outcome = await copyOne(target);
      shown.done(target);
      outcomes.push(outcome);
      report.machine(outcome);
    }
  };
  const copyOne = async (target: Target): Promise<MachineOutcome> => {
    const started = performance.now();
    const copy = { ...copyOf(target), target, signal: stop.signal };
    let job: MachineOutcome['job'];
    const ended = (error?: unknown) => ({ target, job, error, durationMs: performance.now() - started });
    try {
      await copyMachine(session, copy, {
        planned(made) {
          job = made;
          shown.planned(target, made);
        },
        item: (outcome) => report.item(target, outcome),
        again: (why) => report.again(target, why),
      });
      return ended();
    } catch (error) {
      return ended(error);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(options.parallel, targets.length) }, one));
  } finally {
    progress?.stop();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
  }
  const exitCode = exitCodeOf(outcomes, stop.signal.aborted);
  report.finish(outcomes, exitCode);
  return exitCode;
}

function exitCodeOf(outcomes: readonly MachineOutcome[], interrupted: boolean): number {
  if (interrupted) return EXIT.cancelled;
  if (outcomes.every(isWhole)) return EXIT.succeeded;
  return outcomes.some(({ job }) => job !== undefined) ? EXIT.someFailed : EXIT.error;
}
