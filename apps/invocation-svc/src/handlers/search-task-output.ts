import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { InvocationService } from '@muster/contract';
import { notFound } from '@muster/kernel';
import { type Call, callOf } from '@muster/rpc';
import type { Context } from '../context.ts';
import { planTasks } from '../decision-subjects.ts';
import { type LineHit, LineSearch } from '../domain/line-search.ts';
import { reached } from '../domain/output-cursor.ts';
import { checkOutputSearch, type OutputSearch } from '../domain/output-search.ts';
import type { OutputStream, Task } from '../domain/task.ts';
import { streamFromProto, streamToProto } from '../enum-convert.ts';
import { outputRemoved, readableTask } from '../readable-task.ts';
import { lengths, OutputReader } from '../store/output-reader.ts';
import { RunReader } from '../store/run-reader.ts';
import { visibleTasks } from '../store/visible-tasks.ts';

/** A line of one of a task's outputs. */
type Hit = LineHit & { readonly stream: OutputStream };

export function searchTaskOutput({
  db,
  region,
}: Pick<Context, 'db' | 'region'>): MethodImpl<typeof InvocationService.method.searchTaskOutput> {
  const outputs = new OutputReader(db);
  const runs = new RunReader(db);

  const tasksOf = async (within: OutputSearch['within'], call: Call): Promise<AsyncIterable<Task> | Task[]> => {
    if ('invocationTaskId' in within) {
      const task = await readableTask({ db, region }, call, within.invocationTaskId);
      if (task.outputExpired) throw outputRemoved(task.invocationTaskId);
      return [task];
    }
    const plans = await planTasks(call, region);
    const invocation = await runs.invocation(call.caller.accountUin, within.invocationId);
    if (!invocation) throw notFound('ResourceNotFound.InvocationNotFound', 'invocation', within.invocationId);
    return visibleTasks(db, within.invocationId, plans);
  };

  async function* hitsOf(
    task: Task,
    { stream, search, signal }: { stream: OutputStream | undefined; search: () => LineSearch; signal: AbortSignal },
  ): AsyncGenerator<Hit> {
    const searches = { STDOUT: search(), STDERR: search() };
    const cursor = { STDOUT: 0, STDERR: 0 };
    const end = { ...lengths(task), ...(stream && { [stream === 'STDOUT' ? 'STDERR' : 'STDOUT']: 0 }) };
    for await (const { stream: of, data, receivedAt } of outputs.stored(task.invocationTaskId, cursor, end)) {
      // nobody waits for the rest
      if (signal.aborted) return;
      for (const hit of searches[of].feed(data, receivedAt)) yield { ...hit, stream: of };
    }
    if (!reached(cursor, end)) throw outputRemoved(task.invocationTaskId);
    for (const each of ['STDOUT', 'STDERR'] as const) {
      for (const hit of searches[each].end()) yield { ...hit, stream: each };
    }
  }

  return async function* (request, context) {
    const { within, text, limit } = checkOutputSearch(request);
    const { signal } = context;
    const stream = streamFromProto(request.stream);
    const search = () => new LineSearch(text, request);
    let left = limit;
    for await (const task of await tasksOf(within, callOf(context))) {
      if (task.outputExpired) continue;
      for await (const hit of hitsOf(task, { stream, search, signal })) {
        yield answer(task, hit);
        if (--left === 0) return;
      }
      if (signal.aborted) return;
    }
  };
}

function answer({ invocationTaskId, instanceId, instanceName }: Task, hit: Hit) {
  const { stream, lineNumber, offset, line, receivedAt } = hit;
  return {
    ...{ invocationTaskId, instanceId, instanceName },
    ...{ stream: streamToProto(stream), lineNumber, offset, line },
    ...(receivedAt === undefined ? {} : { time: timestampFromMs(receivedAt) }),
  };
}
