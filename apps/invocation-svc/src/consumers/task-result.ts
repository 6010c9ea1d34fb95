import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Subscription, subjects } from '@muster/bus';
import { FinOrderSchema, ResultReplySchema, type ResultReport, ResultReportSchema } from '@muster/contract';
import { failPoint } from '@muster/telemetry';
import type { Context } from '../context.ts';
import { positionToProto, reportFromProto } from '../convert.ts';
import type { DeliveryRules } from '../domain/delivery.ts';
import { outputAddress } from '../domain/output-address.ts';
import { finish, type Task } from '../domain/task.ts';
import type { UnitOfWork } from '../store/unit-of-work.ts';
import { newestSession } from './newest-session.ts';

/** Takes the end of tasks, once their output is complete, and lets machines forget what is committed. */
export function serveTaskResult({
  bus,
  write,
  clock,
  rules,
}: Pick<Context, 'bus' | 'write' | 'clock' | 'rules'>): Subscription {
  return bus.serve(
    subjects.serviceUp('result'),
    { input: ResultReportSchema, output: ResultReplySchema },
    async (report, subject) => {
      const reply = await write((unit) => take(unit, report, subject, { now: clock.now(), rules }));
      await failPoint('result.after-commit');
      if (reply.committed) {
        const { epoch, invocationTaskId } = report;
        const to = { ...subjects.speakerOf(subject), epoch };
        bus.publish(subjects.serviceDown(to, 'fin'), FinOrderSchema, { invocationTaskId });
      }
      return reply;
    },
    subjects.SERVICE_QUEUE,
  );
}

async function take(
  unit: UnitOfWork,
  report: ResultReport,
  subject: string,
  { now, rules }: { now: number; rules: DeliveryRules },
): Promise<MessageInitShape<typeof ResultReplySchema>> {
  const { invocationTaskId, epoch } = report;
  const task = await unit.runs.task(invocationTaskId);
  // what the service does not know it cannot wait for
  if (task?.instanceId !== subjects.speakerOf(subject).instanceId) return { committed: true };
  const standing = { position: positionToProto(invocationTaskId, task, rules) };
  if (!(await newestSession(unit, subject, epoch))) return { committed: false, ...standing };
  const outputUrl = report.outputUrl === '' ? '' : await addressOf(unit, task);
  const decision = finish(task, { ...reportFromProto(report), outputUrl }, now, rules);
  if (decision.kind === 'finished') await unit.runs.change(task, decision.task);
  await failPoint('result.before-commit');
  return { committed: decision.kind !== 'incomplete', ...standing };
}

/** A machine says that it has put the output there; where that is, it does not decide. */
async function addressOf({ runs }: UnitOfWork, task: Task): Promise<string> {
  const [run] = await runs.invocations([task.invocationId]);
  const { outputCosBucketUrl: bucketUrl = '', outputCosKeyPrefix: keyPrefix = '' } = run?.document ?? {};
  return bucketUrl === '' ? '' : outputAddress({ ...task, bucketUrl, keyPrefix });
}
