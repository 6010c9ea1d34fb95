import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import {
  InvocationService,
  type InvocationTask,
  type InvokeCommandRequest,
  OutputStream,
  type RunCommandRequest,
  TaskStatus,
  TaskStatusSchema,
} from '@muster/contract';
import { newId, notFound } from '@muster/kernel';
import { chooseMachines } from './fake-choice.ts';
import { FakeRun } from './fake-run.ts';
import { toConnectError, type World } from './world.ts';

const STREAMS = [OutputStream.STDOUT, OutputStream.STDERR] as const;
/** Small, so that characters and lines are cut in the middle. */
const CHUNK_BYTES = 7;

/** Plays InvocationService: runs do what the test says. */
export function invocationRoutes(router: ConnectRouter, world: World, created: (run: FakeRun) => void): void {
  const { runs, library } = world;
  const begun = new Map<string, FakeRun>();
  const begin = (request: RunCommandRequest | InvokeCommandRequest, commandId: string, name: string) => {
    const chosen = chooseMachines(world, request);
    const counts = { taskCount: chosen.machines.length, offlineCount: chosen.offline, skippedCount: chosen.skipped };
    if (request.dryRun) return { invocationId: '', commandId: '', ...counts };
    const known = begun.get(request.clientToken);
    const run = known ?? new FakeRun({ invocationId: newId('inv'), commandId, name }, chosen.machines);
    if (!known) {
      begun.set(request.clientToken, run);
      created(run);
      world.onRun(run, request);
    }
    return { invocationId: run.invocation.invocationId, commandId: run.invocation.commandId, ...counts };
  };
  const find = (invocationId: string) => {
    const run = runs.find(({ invocation }) => invocation.invocationId === invocationId);
    if (!run) throw notFound('ResourceNotFound.InvocationNotFound', 'invocation', invocationId);
    return run;
  };
  router.service(InvocationService, {
    runCommand(request) {
      return begin(request, newId('cmd'), request.commandName || 'unnamed');
    },
    invokeCommand(request) {
      const command = library.commands.find(({ commandId }) => commandId === request.commandId);
      if (!command) throw notFound('ResourceNotFound.CommandNotFound', 'command', request.commandId);
      return begin(request, command.commandId, command.commandName);
    },
    retryInvocation({ invocationId, instanceIds, taskStatuses }) {
      const parent = find(invocationId);
      const machines = parent.tasks
        .filter(({ taskStatus }) => taskStatus !== TaskStatus.SUCCESS)
        .filter(({ taskStatus }) => taskStatuses.length === 0 || taskStatuses.includes(taskStatus))
        .filter(({ instanceId }) => instanceIds.length === 0 || instanceIds.includes(instanceId))
        .map(({ instanceId, instanceName }) => ({ instanceId, instanceName }));
      const { commandId, commandName } = parent.invocation;
      const run = new FakeRun({ invocationId: newId('inv'), commandId, name: commandName }, machines);
      run.invocation.parentInvocationId = invocationId;
      created(run);
      world.onRun(run, undefined);
      return { invocationId: run.invocation.invocationId, taskCount: machines.length };
    },
    async *searchTaskOutput({ invocationId, invocationTaskId, text, ignoreCase, stream, limit = 100 }) {
      const tasks = runs
        .flatMap((run) => run.tasks.map((task) => ({ run, task })))
        .filter(({ task }) => task.invocationId === invocationId || task.invocationTaskId === invocationTaskId);
      const fold = (line: string) => (ignoreCase ? line.toLowerCase() : line);
      let hits = 0;
      for (const { run, task } of tasks) {
        for (const of of STREAMS) {
          const lines = run.output(task.invocationTaskId, of).toString().split('\n');
          for (const [at, line] of lines.entries()) {
            if ((stream && stream !== of) || !fold(line).includes(fold(text)) || hits++ >= limit) continue;
            yield { ...pick(task), stream: of, lineNumber: at + 1, line: Buffer.from(line) };
          }
        }
      }
    },
    cancelInvocation({ invocationId }) {
      find(invocationId).cancel();
      return {};
    },
    describeInvocations({ invocationIds, limit = 20, offset }) {
      const found = runs
        .map(({ invocation }) => invocation)
        .filter(({ invocationId }) => invocationIds.length === 0 || invocationIds.includes(invocationId));
      return { totalCount: found.length, invocationSet: found.slice(offset, offset + limit) };
    },
    describeInvocationTasks({ filters, limit = 20, offset }) {
      const ids = filters.find(({ name }) => name === 'invocation-id')?.values;
      const instanceIds = filters.find(({ name }) => name === 'instance-id')?.values;
      const statuses = filters.find(({ name }) => name === 'task-status')?.values;
      const found = runs
        .filter(({ invocation }) => !ids || ids.includes(invocation.invocationId))
        .flatMap(({ tasks }) => tasks)
        .filter(({ instanceId }) => !instanceIds || instanceIds.includes(instanceId))
        .filter(({ taskStatus }) => !statuses || statuses.includes(TaskStatusSchema.value[taskStatus]!.localName));
      return { totalCount: found.length, invocationTaskSet: found.slice(offset, offset + limit) };
    },
    async *watchInvocation({ invocationId, cursors, withOutput }, { signal }) {
      try {
        await world.watchHooks.shift()?.();
        const run = find(invocationId);
        yield {
          sequence: run.sequence,
          event: { case: 'snapshot', value: { invocation: run.invocation, tasks: run.tasks } },
        };
        const versions = new Map(run.tasks.map((task) => [task.invocationTaskId, run.version(task.invocationTaskId)]));
        const sent = new Map<string, number>();
        for (const { invocationTaskId, stdoutOffset, stderrOffset } of cursors) {
          sent.set(`${invocationTaskId} 1`, stdoutOffset);
          sent.set(`${invocationTaskId} 2`, stderrOffset);
        }
        while (!signal.aborted) {
          const changed = run.changed();
          const ended = run.ended;
          if (withOutput) {
            for (const task of run.tasks) {
              for (const chunk of outputFrom(run, task, sent)) {
                yield { sequence: run.sequence, event: { case: 'output', value: chunk } };
              }
            }
          }
          for (const task of run.tasks) {
            const version = run.version(task.invocationTaskId);
            if (versions.get(task.invocationTaskId) === version) continue;
            versions.set(task.invocationTaskId, version);
            yield { sequence: run.sequence, event: { case: 'task', value: task } };
          }
          if (ended) {
            yield { sequence: run.sequence, event: { case: 'invocation', value: run.invocation } };
            return;
          }
          await changed;
        }
      } catch (error) {
        throw toConnectError(error);
      }
    },
    async *getTaskOutput({ invocationTaskId, stream, offset, length = Infinity }) {
      const run = runs.find(({ tasks }) => tasks.some((task) => task.invocationTaskId === invocationTaskId))!;
      const task = run.tasks.find((each) => each.invocationTaskId === invocationTaskId)!;
      const sent = new Map(STREAMS.map((each) => [`${invocationTaskId} ${each}`, offset]));
      for (const chunk of outputFrom(run, task, sent)) {
        const data = chunk.data.subarray(0, Math.max(0, offset + length - chunk.offset));
        if (data.length > 0 && (!stream || stream === chunk.stream)) yield { chunk: { ...chunk, data } };
      }
    },
  });
}

function* outputFrom(run: FakeRun, { invocationTaskId }: InvocationTask, sent: Map<string, number>) {
  for (const stream of STREAMS) {
    const key = `${invocationTaskId} ${stream}`;
    const output = run.output(invocationTaskId, stream);
    for (let offset = sent.get(key) ?? 0; offset < output.length; ) {
      const data = output.subarray(offset, offset + CHUNK_BYTES);
      yield { invocationTaskId, stream, offset, data, time: timestampFromMs(Date.UTC(2026, 0, 2, 3, 4, 5)) };
      offset += data.length;
      sent.set(key, offset);
    }
  }
}

function pick({ invocationTaskId, instanceId, instanceName }: InvocationTask) {
  return { invocationTaskId, instanceId, instanceName };
}
