import { type Subscription, subjects } from '@muster/bus';
import { FinOrderSchema, ResultReplySchema, type ResultReport, ResultReportSchema } from '@muster/contract';
import { failPoint } from '@muster/telemetry';
import type { Context } from '../context.ts';
import { positionToProto, reportFromProto } from '../convert.ts';
import type { DeliveryRules } from '../domain/delivery.ts';
import { outputAddress } from '../domain/output-address.ts';
import { type FinishDecision, finish, type Task } from '../domain/task.ts';
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
      const { task, decision } = await write((unit) => take(unit, report, subject, { now: clock.now(), rules }));
      await failPoint('result.after-commit');
      const { epoch, invocationTaskId } = report;
      const speaker = subjects.speakerOf(subject);
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
): Promise<{ task?: Task; decision: FinishDecision }> {
  const { invocationTaskId, epoch } = report;
  const task = await unit.runs.task(invocationTaskId);
  // what the service does not know it cannot wait for
  if (task?.instanceId !== subjects.speakerOf(subject).instanceId) return { decision: { kind: 'known' } };
  if (!(await newestSession(unit, subject, epoch))) return { task, decision: { kind: 'incomplete' } };
  const outputUrl = report.outputUrl === '' ? '' : await addressOf(unit, task);
  const decision = finish(task, { ...reportFromProto(report), outputUrl }, now, rules);
  if (decision.kind === 'late') await unit.runs.keepLate(decision.task, decision.late);
  else if ('task' in decision) await unit.runs.change(task, decision.task);
  await failPoint('result.before-commit');
  return { task, decision };
}

/** A machine says that it has put the output there; where that is, it does not decide. */
async function addressOf({ runs }: UnitOfWork, task: Task): Promise<string> {
  const [run] = await runs.invocations([task.invocationId]);
  const { outputCosBucketUrl: bucketUrl = '', outputCosKeyPrefix: keyPrefix = '' } = run?.document ?? {};
  return bucketUrl === '' ? '' : outputAddress({ ...task, bucketUrl, keyPrefix });
}
