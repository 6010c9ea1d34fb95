import { type InvocationTask, OutputStream } from '@muster/contract';
import { choose, parseSelector, splitList } from '../domain/selector.ts';
import { compileGlob } from '../instances.ts';
import { collect } from '../option-values.ts';
import { HostLines } from '../output/host-lines.ts';
import { JsonOutputs, jsonLines } from '../output/json-outputs.ts';
import type { OutputSink } from '../output/output-sink.ts';
import { findInvocationId, listTasks } from '../runs.ts';
import type { Session } from '../session.ts';
import { nothingMatched } from '../stop.ts';
import { verb } from '../verb.ts';
import { watchRun } from '../watch.ts';

interface Options {
  readonly target?: readonly string[];
  readonly follow?: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  readonly raw?: boolean;
}

/** `muster logs`: everything that a run wrote, machine by machine, or as it comes. */
export const logs = verb<Options, [run: string]>({
  configure(command) {
    command
      .argument('<run>', 'id of a run, or `last`')
      .option('-t, --target <instances>', 'only these instances of the run: names, ids, globs; repeatable', collect)
      .option('-f, --follow', 'go on until the run has ended')
      .option('--stdout', 'only standard output')
      .option('--stderr', 'only standard error')
      .option('--raw', 'bytes as the script wrote them, without names when there is one instance');
  },
  examples: ['muster logs last', "muster logs last -f -t 'web-*'", 'muster logs last -t web-1 --stdout --raw'],
  async run(app, options, text) {
    const session = await app.connect();
    const invocationId = await findInvocationId(session, text);
    const tasks = chosenTasks(await listTasks(session, invocationId), options.target);
    const sink = app.json
      ? new JsonOutputs(jsonLines(app.terminal.out))
      : new HostLines(app.terminal, { raw: options.raw === true });
    for (const task of tasks) sink.announce(task);
    const streams = chosenStreams(options);
    if (options.follow) await follow(session, { invocationId, tasks, streams, sink });
    else await readAll(session, { tasks, streams, sink });
    sink.endAll();
    return undefined;
  },
});

interface Reading {
  readonly tasks: readonly InvocationTask[];
  readonly streams: ReadonlySet<OutputStream>;
  readonly sink: OutputSink;
}

async function readAll(session: Session, { tasks, streams, sink }: Reading): Promise<void> {
  const stream = streams.size === 1 ? [...streams][0]! : OutputStream.UNSPECIFIED;
  for (const task of tasks) {
    const answers = session.invocations.getTaskOutput({ invocationTaskId: task.invocationTaskId, stream });
    for await (const { chunk } of answers) if (chunk) sink.write(task, chunk);
  }
}

async function follow(session: Session, { invocationId, tasks, streams, sink }: Reading & { invocationId: string }) {
  const wanted = new Set(tasks.map(({ invocationTaskId }) => invocationTaskId));
  for await (const event of watchRun(session, invocationId, { withOutput: true })) {
    if (event.kind !== 'output' || !wanted.has(event.task.invocationTaskId)) continue;
    if (streams.has(event.chunk.stream)) sink.write(event.task, event.chunk);
  }
}

function chosenStreams({ stdout, stderr }: Options): ReadonlySet<OutputStream> {
  const { STDOUT, STDERR } = OutputStream;
  return new Set(stdout === stderr ? [STDOUT, STDERR] : stdout ? [STDOUT] : [STDERR]);
}

function chosenTasks(
  tasks: readonly InvocationTask[],
  values: readonly string[] | undefined,
): readonly InvocationTask[] {
  if (!values) return tasks;
  const machines = tasks.map((task) => ({ id: task.instanceId, name: task.instanceName, task }));
  const { chosen, unmatched } = choose(machines, values.flatMap(splitList).map(parseSelector), compileGlob);
  if (unmatched.length > 0) {
    throw nothingMatched(`no instance of this run matches ${unmatched.map((each) => `\`${each}\``).join(', ')}`);
  }
  return chosen.map(({ task }) => task);
}
