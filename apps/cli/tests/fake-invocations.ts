import type { ConnectRouter } from '@connectrpc/connect';
import {
  InvocationService,
  type InvocationTask,
  type InvokeCommandRequest,
  OutputStream,
  type RunCommandRequest,
} from '@muster/contract';
import { newId, notFound } from '@muster/kernel';
import { FakeRun } from './fake-run.ts';
import { toConnectError, type World } from './world.ts';

const STREAMS = [OutputStream.STDOUT, OutputStream.STDERR] as const;
/** Small, so that characters and lines are cut in the middle. */
const CHUNK_BYTES = 7;

/** Plays InvocationService: runs do what the test says. */
export function invocationRoutes(router: ConnectRouter, world: World, created: (run: FakeRun) => void): void {
  const { instances, runs, library } = world;
  const begun = new Map<string, FakeRun>();
  const begin = (request: RunCommandRequest | InvokeCommandRequest, commandId: string, name: string) => {
    const known = begun.get(request.clientToken);
    if (known) return known;
    const machines = request.instanceIds.map((instanceId) => {
      const found = instances.find((instance) => instance.instanceId === instanceId);
      if (!found) throw notFound('ResourceNotFound.InstanceNotFound', 'instance', instanceId);
      return { instanceId, instanceName: found.instanceName ?? '' };
    });
    const run = new FakeRun({ invocationId: newId('inv'), commandId, name }, machines);
    begun.set(request.clientToken, run);
    created(run);
    world.onRun(run, request);
    return run;
  };
  const find = (invocationId: string) => {
    const run = runs.find(({ invocation }) => invocation.invocationId === invocationId);
    if (!run) throw notFound('ResourceNotFound.InvocationNotFound', 'invocation', invocationId);
    return run;
  };
  router.service(InvocationService, {
    runCommand(request) {
      const { invocation } = begin(request, newId('cmd'), request.commandName || 'unnamed');
      return { invocationId: invocation.invocationId, commandId: invocation.commandId };
    },
    invokeCommand(request) {
      const command = library.commands.find(({ commandId }) => commandId === request.commandId);
      if (!command) throw notFound('ResourceNotFound.CommandNotFound', 'command', request.commandId);
      return { invocationId: begin(request, command.commandId, command.commandName).invocation.invocationId };
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
      const ids = filters.find(({ name }) => name === 'invocation-id')?.values ?? [];
      const found = runs
        .filter(({ invocation }) => ids.includes(invocation.invocationId))
        .flatMap(({ tasks }) => tasks);
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
    async *getTaskOutput({ invocationTaskId, stream, offset }) {
      const run = runs.find(({ tasks }) => tasks.some((task) => task.invocationTaskId === invocationTaskId))!;
      const task = run.tasks.find((each) => each.invocationTaskId === invocationTaskId)!;
      const sent = new Map(STREAMS.map((each) => [`${invocationTaskId} ${each}`, offset]));
      for (const chunk of outputFrom(run, task, sent)) if (!stream || stream === chunk.stream) yield { chunk };
    },
  });
}

function* outputFrom(run: FakeRun, { invocationTaskId }: InvocationTask, sent: Map<string, number>) {
  for (const stream of STREAMS) {
    const key = `${invocationTaskId} ${stream}`;
    const output = run.output(invocationTaskId, stream);
    for (let offset = sent.get(key) ?? 0; offset < output.length; ) {
      const data = output.subarray(offset, offset + CHUNK_BYTES);
      yield { invocationTaskId, stream, offset, data };
      offset += data.length;
      sent.set(key, offset);
    }
  }
}
