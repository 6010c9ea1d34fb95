import { type Subscription, subjects } from '@muster/bus';
import {
  FinOrderSchema,
  ResultReplySchema,
  type ResultReport,
  ResultReportSchema,
  TaskOutcome,
} from '@muster/contract';
import { isId } from '@muster/kernel';
import { failPoint } from '@muster/telemetry';
import type { Context } from '../context.ts';
import type { DeliveryRules } from '../domain/delivery.ts';
import { SAID_MAX_CHARACTERS } from '../domain/error-info.ts';
import { outputAddress } from '../domain/output-address.ts';
import type { Task } from '../domain/task.ts';
import { type FinishDecision, finish } from '../domain/task-end.ts';
import { adopt } from '../domain/task-start.ts';
import { isWaiting } from '../domain/task-status.ts';
import { positionToProto, reportFromProto } from '../run-convert.ts';
import { RestorationStore } from '../store/restoration-store.ts';
import type { UnitOfWork } from '../store/unit-of-work.ts';
import { newestSession } from './newest-session.ts';

/** Takes the end of tasks, once their output is complete, and lets machines forget what is committed. */
export function serveTaskResult({
  bus,
  write,
  clock,
  logger,
  rules,
}: Pick<Context, 'bus' | 'write' | 'clock' | 'logger' | 'rules'>): Subscription {
  return bus.serve(
    subjects.serviceUp('result'),
    { input: ResultReportSchema, output: ResultReplySchema },
    async (report, subject) => {
      const speaker = subjects.speakerOf(subject);
      const { task, decision, orphans } = await write(
        (unit) => take(unit, report, subject, { now: clock.now(), rules }),
        speaker.tenant,
      );
      if (orphans !== undefined) {
        const { instanceId } = speaker;
        const { invocationTaskId, exitCode } = report;
        logger.warn({ instanceId, invocationTaskId, exitCode, orphans }, 'kept the result of a task that is not known');
      }
      await failPoint('result.after-commit');
      const { epoch, invocationTaskId } = report;
      if (decision.kind === 'conflict') {
        const { status, exitCode, conflicts } = decision.task;
        const said = { first: { status, exitCode }, now: decision.says, conflicts, epoch: epoch.toString() };
        logger.warn(
          { ...speaker, invocationTaskId, ...said },
          'a task was said to have ended in another way, too; the first stays',
        );
      }
      const committed = decision.kind !== 'incomplete';
      if (committed) {
        bus.publish(subjects.serviceDown({ ...speaker, epoch }, 'fin'), FinOrderSchema, { invocationTaskId });
      }
      return { committed, ...(task ? { position: positionToProto(invocationTaskId, task, rules) } : {}) };
    },
    subjects.SERVICE_QUEUE,
  );
}

/** What became of a report, and the task as it was before; none when the machine has no such task. */
async function take(
  unit: UnitOfWork,
  report: ResultReport,
  subject: string,
  { now, rules }: { now: number; rules: DeliveryRules },
): Promise<{ task?: Task; decision: FinishDecision; orphans?: number | undefined }> {
  const { invocationTaskId, epoch } = report;
  let task = await unit.runs.task(invocationTaskId);
  if (!task) return { decision: { kind: 'known' }, orphans: await keepOrphan(unit, report, subject, now) };
  if (task.instanceId !== subjects.speakerOf(subject).instanceId) return { decision: { kind: 'known' } };
  if (!(await newestSession(unit, subject, epoch))) return { task, decision: { kind: 'incomplete' } };
  // the machine has run it by a start that is in no row: the store is older than its memory
  const ranBefore = isWaiting(task.status) && report.outcome === TaskOutcome.INTERRUPTED;
  for (const step of ranBefore ? adopt(task, now, rules) : []) {
    await unit.runs.change(task, step);
    task = step;
  }
  const outputUrl = report.outputUrl === '' ? '' : await addressOf(unit, task);
  const decision = finish(task, { ...reportFromProto(report), outputUrl }, now, rules);
  if (decision.kind === 'late') await unit.runs.keepLate(decision.task, decision.late);
  else if ('task' in decision) await unit.runs.change(task, decision.task);
  await failPoint('result.before-commit');
  return { task, decision };
}

/** The end of a task that is in no row: the store is older. It is kept for people; gives how many there are, unless it is kept already. */
async function keepOrphan(
  { trx }: UnitOfWork,
  report: ResultReport,
  subject: string,
  now: number,
): Promise<number | undefined> {
  const { invocationTaskId, exitCode, stdoutLength, stderrLength, discarded } = report;
  if (!isId(invocationTaskId, 'invt')) return undefined;
  const store = new RestorationStore(trx);
  const kept = await store.keepOrphan({
    instance_id: subjects.speakerOf(subject).instanceId,
    invocation_task_id: invocationTaskId,
    outcome: reportFromProto(report).outcome,
    exit_code: exitCode,
    error_info: report.errorInfo.slice(0, SAID_MAX_CHARACTERS),
    output_length: stdoutLength + stderrLength + Number(discarded),
    received_at: now,
  });
  return kept ? store.orphans() : undefined;
}

/** A machine says that it has put the output there; where that is, it does not decide. */
async function addressOf({ runs }: UnitOfWork, task: Task): Promise<string> {
  const [run] = await runs.invocations([task.invocationId]);
  const { outputCosBucketUrl: bucketUrl = '', outputCosKeyPrefix: keyPrefix = '' } = run?.document ?? {};
  return bucketUrl === '' ? '' : outputAddress({ ...task, bucketUrl, keyPrefix });
}
