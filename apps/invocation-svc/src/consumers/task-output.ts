import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Subscription, subjects } from '@muster/bus';
import { type OutputPositionSchema, OutputReplySchema, OutputReportSchema } from '@muster/contract';
import { failPoint } from '@muster/telemetry';
import type { Context } from '../context.ts';
import type { DeliveryRules } from '../domain/delivery.ts';
import { continuation } from '../domain/output.ts';
import type { TaskOutput } from '../domain/run-change.ts';
import type { Task } from '../domain/task.ts';
import { wrote } from '../domain/task-end.ts';
import { isUnderWay } from '../domain/task-status.ts';
import { outputFromProto, positionToProto } from '../run-convert.ts';
import type { UnitOfWork } from '../store/unit-of-work.ts';
import { newestSession } from './newest-session.ts';

/** Takes what scripts write, where it continues what is stored, and answers with the next bytes wanted. */
export function serveTaskOutput({
  bus,
  write,
  clock,
  rules,
}: Pick<Context, 'bus' | 'write' | 'clock' | 'rules'>): Subscription {
  return bus.serve(
    subjects.serviceUp('output'),
    { input: OutputReportSchema, output: OutputReplySchema },
    async ({ epoch, chunks }, subject) => {
      const { tenant, instanceId } = subjects.speakerOf(subject);
      const reply = await write(async (unit) => {
        const newest = await newestSession(unit, subject, epoch);
        const now = clock.now();
        const outputs = chunks.map((chunk) => outputFromProto(chunk, now)).filter((output) => output !== undefined);
        const positions: MessageInitShape<typeof OutputPositionSchema>[] = [];
        for (const [invocationTaskId, ofTask] of Map.groupBy(outputs, (output) => output.invocationTaskId)) {
          let task = await unit.runs.task(invocationTaskId);
          if (task?.instanceId !== instanceId) task = undefined;
          if (newest && task && isUnderWay(task.status)) task = await append(unit, task, ofTask, now, rules);
          positions.push(positionToProto(invocationTaskId, task, rules));
        }
        return { positions };
      }, tenant);
      await failPoint('output.after-commit');
      return reply;
    },
    subjects.SERVICE_QUEUE,
  );
}

async function append(
  { runs }: UnitOfWork,
  task: Task,
  outputs: readonly TaskOutput[],
  now: number,
  rules: DeliveryRules,
): Promise<Task> {
  let current = task;
  for (const output of outputs) {
    const { stream } = output;
    const offset = stream === 'STDOUT' ? current.stdoutLength : current.stderrLength;
    const data = continuation(current, output, rules.outputLimit);
    if (data.length === 0) continue;
    current = wrote(current, stream, data.length, now, rules);
    await runs.append(current, { ...output, offset, data });
  }
  return current;
}
