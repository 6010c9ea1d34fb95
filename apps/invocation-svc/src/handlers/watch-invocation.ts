import type { MessageInitShape } from '@bufbuild/protobuf';
import type { MethodImpl } from '@connectrpc/connect';
import { requireText } from '@muster/command';
import type { InvocationService, WatchInvocationRequest, WatchInvocationResponseSchema } from '@muster/contract';
import { notFound } from '@muster/kernel';
import { type Call, callOf } from '@muster/rpc';
import type { Context } from '../context.ts';
import { commandRef, instanceRefs } from '../decision-subjects.ts';
import { checkInvocationId } from '../domain/ids.ts';
import type { Invocation } from '../domain/invocation.ts';
import { isFinished } from '../domain/invocation-status.ts';
import { advance, type OutputCursor, reached } from '../domain/output-cursor.ts';
import type { RunChange } from '../domain/run-change.ts';
import type { Task } from '../domain/task.ts';
import { outputRemoved } from '../readable-task.ts';
import { invocationToProto, outputToProto, taskToProto } from '../run-convert.ts';
import { lengths, OutputReader } from '../store/output-reader.ts';
import { RunReader } from '../store/run-reader.ts';

type Step = MessageInitShape<typeof WatchInvocationResponseSchema>;

/** A run and its tasks at one moment. */
interface Snapshot {
  readonly invocation: Invocation;
  readonly tasks: readonly Task[];
}

export function watchInvocation({
  db,
  hub,
  region,
}: Pick<Context, 'db' | 'hub' | 'region'>): MethodImpl<typeof InvocationService.method.watchInvocation> {
  const outputs = new OutputReader(db);
  const read = (accountUin: string, invocationId: string) =>
    // one transaction: the count must belong to the statuses and lengths read with it
    db
      .transaction()
      .setAccessMode('read only')
      .execute(async (trx): Promise<Snapshot> => {
        const reader = new RunReader(trx);
        const invocation = await reader.invocation(accountUin, invocationId);
        if (!invocation) throw notFound('ResourceNotFound.InvocationNotFound', 'invocation', invocationId);
        return { invocation, tasks: await reader.tasksOf(invocationId) };
      });

  const authorize = async (call: Call, { invocation, tasks }: Snapshot) => {
    const commands = await new RunReader(db).commandsOf([invocation.invocationId]);
    const instanceIds = tasks.map((task) => task.instanceId);
    await call.authorize([
      ...[...commands.values()].map((command) => commandRef(region, command)),
      ...(await instanceRefs({ db, region }, instanceIds)),
    ]);
  };

  return async function* (request, context) {
    const call = callOf(context);
    const invocationId = checkInvocationId(requireText('InvocationId', request.invocationId), 'InvocationId');
    // listening begins before reading: nothing can fall in between
    using watcher = hub.subscribe(invocationId, context.signal);
    const snapshot = await read(call.caller.accountUin, invocationId);
    await authorize(call, snapshot);
    const { invocation, tasks } = snapshot;
    const sequence = BigInt(invocation.sequence);
    yield { sequence, event: { case: 'snapshot', value: snapshotToProto(snapshot) } };

    const cursors = cursorsOf(request, tasks);
    if (request.withOutput) {
      for (const task of tasks) {
        if (task.outputExpired) continue;
        const cursor = cursors.get(task.invocationTaskId)!;
        for await (const output of outputs.stored(task.invocationTaskId, cursor, lengths(task))) {
          yield { sequence, event: { case: 'output', value: outputToProto(output) } };
        }
        if (!reached(cursor, lengths(task))) throw outputRemoved(task.invocationTaskId);
      }
    }
    if (isFinished(invocation.status)) return;
    for await (const change of watcher) {
      if (change.sequence <= invocation.sequence) continue;
      const step = stepOf(change, invocation, request.withOutput ? cursors : undefined);
      if (step) yield step;
      if (change.kind === 'invocation' && isFinished(change.invocation.status)) return;
    }
  };
}

/** Ten thousand tasks of a run have one script: whoever follows it reads that from the run. */
function withoutScript(invocation: Invocation): Invocation {
  return { ...invocation, document: { ...invocation.document, shownContent: '' } };
}

function snapshotToProto({ invocation, tasks }: Snapshot) {
  return {
    invocation: invocationToProto(invocation, tasks),
    tasks: tasks.map((task) => taskToProto(task, withoutScript(invocation))),
  };
}

function cursorsOf({ cursors }: WatchInvocationRequest, tasks: readonly Task[]): Map<string, OutputCursor> {
  const given = new Map(cursors.map((cursor) => [cursor.invocationTaskId, cursor]));
  return new Map(
    tasks.map(({ invocationTaskId: id }) => {
      const cursor = given.get(id);
      return [id, { STDOUT: cursor?.stdoutOffset ?? 0, STDERR: cursor?.stderrOffset ?? 0 }];
    }),
  );
}

/** The message that tells of a change; nothing for output that the caller has, or did not ask for. */
function stepOf(change: RunChange, run: Invocation, cursors?: Map<string, OutputCursor>): Step | undefined {
  const sequence = BigInt(change.sequence);
  switch (change.kind) {
    case 'created':
      return undefined;
    case 'task':
    case 'late':
      return { sequence, event: { case: 'task', value: taskToProto(change.task, withoutScript(run)) } };
    case 'invocation':
      return { sequence, event: { case: 'invocation', value: invocationToProto(change.invocation) } };
    case 'output': {
      const cursor = cursors?.get(change.output.invocationTaskId);
      const output = cursor && advance(cursor, change.output);
      return output && { sequence, event: { case: 'output', value: outputToProto(output) } };
    }
  }
}
