import type { MethodImpl } from '@connectrpc/connect';
import { requireText } from '@muster/command';
import type { InvocationService } from '@muster/contract';
import { notFound } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { Context } from '../context.ts';
import { outputToProto, streamFromProto } from '../convert.ts';
import { commandRef, instanceRefs } from '../decision-subjects.ts';
import { checkInvocationTaskId } from '../domain/ids.ts';
import { advance } from '../domain/output-cursor.ts';
import { isFinal } from '../domain/task-status.ts';
import { OutputReader } from '../store/output-reader.ts';
import { RunReader } from '../store/run-reader.ts';

export function getTaskOutput({
  db,
  hub,
  region,
}: Pick<Context, 'db' | 'hub' | 'region'>): MethodImpl<typeof InvocationService.method.getTaskOutput> {
  const outputs = new OutputReader(db);
  const runs = new RunReader(db);
  return async function* (request, context) {
    const call = callOf(context);
    const id = checkInvocationTaskId(requireText('InvocationTaskId', request.invocationTaskId), 'InvocationTaskId');
    const found = await runs.task(id);
    const invocation = found && (await runs.invocation(call.caller.accountUin, found.invocationId));
    if (!found || !invocation) throw notFound('ResourceNotFound', 'invocation task', id);
    const commands = await runs.commandsOf([invocation.invocationId]);
    await call.authorize([
      ...[...commands.values()].map((command) => commandRef(region, command)),
      ...(await instanceRefs({ db, region }, [found.instanceId])),
    ]);
    // listening begins before reading: nothing can fall in between
    using watcher = hub.subscribe(found.invocationId, context.signal);
    const task = (await runs.task(id)) ?? found;
    const only = streamFromProto(request.stream);
    const cursor = { STDOUT: request.offset, STDERR: request.offset };
    for await (const output of outputs.stored(task, cursor, only)) yield { chunk: outputToProto(output) };
    if (!request.follow || isFinal(task.status)) return;
    for await (const change of watcher) {
      if (change.kind === 'task' && change.task.invocationTaskId === id && isFinal(change.task.status)) return;
      if (change.kind !== 'output' || change.output.invocationTaskId !== id) continue;
      if (only && change.output.stream !== only) continue;
      const output = advance(cursor, change.output);
      if (output) yield { chunk: outputToProto(output) };
    }
  };
}
