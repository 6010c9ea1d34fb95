import { create } from '@bufbuild/protobuf';
import { type ResultReport, ResultReportSchema, TaskOutcome } from '@muster/contract';
import { maskText } from './domain/mask.ts';
import { type Cause, type End, type Outcome, outcomeOf } from './domain/outcome.ts';
import type { OutputTotals } from './followed-output.ts';
import { uptimeMs } from './host.ts';
import type { TaskFolder } from './spool/task-folder.ts';

const OUTCOMES = {
  SUCCESS: TaskOutcome.SUCCESS,
  FAILED: TaskOutcome.FAILED,
  TIMEOUT: TaskOutcome.TIMEOUT,
  TERMINATED: TaskOutcome.TERMINATED,
  START_FAILED: TaskOutcome.START_FAILED,
  INTERRUPTED: TaskOutcome.INTERRUPTED,
} as const satisfies Record<Outcome['outcome'], TaskOutcome>;

/** The result of a task, from what its folder holds. The session is added when it is sent, for it may change until then. */
export function resultOf(
  folder: TaskFolder,
  { end, totals }: { end: End; totals: OutputTotals },
  how: { cause: Cause | undefined; survivors: readonly number[]; bootId: string },
): ResultReport {
  const { username, workingDirectory, hiddenValues } = folder.order;
  const { outcome, exitCode, errorInfo } = outcomeOf(end, { ...how, place: { username, workingDirectory } });
  return create(ResultReportSchema, {
    invocationTaskId: folder.id,
    claim: folder.claim,
    outcome: OUTCOMES[outcome],
    exitCode,
    errorInfo: maskText(hiddenValues, errorInfo),
    stdoutLength: totals.stdoutLength,
    stderrLength: totals.stderrLength,
    discarded: BigInt(totals.discarded),
    elapsedMs: BigInt(elapsedMs(folder, how.bootId)),
  });
}

/** As the supervisor measured it; for a script whose end it did not see, the time until now, if that can be known. */
function elapsedMs(folder: TaskFolder, bootId: string): number {
  const exit = folder.exit();
  if (exit) return exit.elapsedMs;
  const launch = folder.launch();
  return launch?.bootId === bootId ? Math.max(0, uptimeMs() - launch.uptimeMs) : 0;
}
