import type { MethodImpl } from '@connectrpc/connect';
import type { GetTaskOutputRequest, InvocationService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { Context } from '../context.ts';
import { type OutputCursor, reached } from '../domain/output-cursor.ts';
import type { RunChange } from '../domain/run-change.ts';
import type { Task } from '../domain/task.ts';
import { isFinal } from '../domain/task-status.ts';
import { streamFromProto } from '../enum-convert.ts';
import { outputRemoved, readableTask } from '../readable-task.ts';
import { outputToProto } from '../run-convert.ts';
import { lengths, OutputReader } from '../store/output-reader.ts';
import { RunReader } from '../store/run-reader.ts';

export function getTaskOutput({
  db,
  hub,
  region,
}: Pick<Context, 'db' | 'hub' | 'region'>): MethodImpl<typeof InvocationService.method.getTaskOutput> {
  const outputs = new OutputReader(db);
  const runs = new RunReader(db);
  return async function* (request, context) {
    checkRange(request);
    const found = await readableTask({ db, region }, callOf(context), request.invocationTaskId);
    const { invocationTaskId: id, invocationId } = found;
    // listening begins before reading: nothing can fall in between
    using listener = hub.listen({ invocationId, concerns: (change) => isOf(id, change) }, context.signal);
    const cursor = { STDOUT: request.offset, STDERR: request.offset };
    // what is stored is all that is sent: a slow reader holds nothing up, and a quick one waits for the next commit
    while (!context.signal.aborted) {
      const task = (await runs.task(id)) ?? found;
      if (task.outputExpired) throw outputRemoved(id);
      const end = endOf(request, task);
      for await (const output of outputs.stored(id, cursor, end)) yield { chunk: outputToProto(output) };
      if (!reached(cursor, end)) throw outputRemoved(id);
      if (!request.follow || isFinal(task.status)) return;
      await listener.changed();
    }
  };
}

function checkRange({ follow, length }: GetTaskOutputRequest): void {
  if (!follow || length === undefined) return;
  throw invalid('InvalidParameter.ConflictParameter', 'Length', `cannot be given together with Follow, was ${length}`);
}

/** Where what was asked for ends: at what is stored of the task, or before. */
function endOf({ stream, offset, length = Number.POSITIVE_INFINITY }: GetTaskOutputRequest, task: Task): OutputCursor {
  const stored = lengths(task);
  const only = streamFromProto(stream);
  const end = (of: keyof OutputCursor) =>
    only === undefined || only === of ? Math.min(stored[of], offset + length) : 0;
  return { STDOUT: end('STDOUT'), STDERR: end('STDERR') };
}

function isOf(invocationTaskId: string, change: RunChange): boolean {
  switch (change.kind) {
    case 'output':
      return change.output.invocationTaskId === invocationTaskId;
    case 'task':
      return change.task.invocationTaskId === invocationTaskId;
    default:
      return false;
  }
}
