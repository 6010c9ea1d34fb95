import { type InvocationTask, OutputStream } from '@muster/contract';
import { InvalidArgumentError } from 'commander';
import { type ByteRange, parseByteRange } from '../domain/byte-range.ts';
import { collect, count, stream } from '../option-values.ts';
import { HostLines } from '../output/host-lines.ts';
import { JsonOutputs, jsonLines } from '../output/json-outputs.ts';
import type { OutputSink } from '../output/output-sink.ts';
import { findTail, readOutput, streamsOf } from '../read-output.ts';
import { findInvocationId, listTasks, tasksOn } from '../runs.ts';
import type { Session } from '../session.ts';
import { Stop } from '../stop.ts';
import { verb } from '../verb.ts';
import { type OutputStart, watchRun } from '../watch.ts';

interface Options {
  readonly target?: readonly string[];
  readonly follow?: boolean;
  readonly stream?: OutputStream;
  readonly range?: ByteRange;
  /** Lines. */
  readonly tail?: number;
  readonly timestamps?: boolean;
  readonly raw?: boolean;
}

/** `muster logs`: everything that a run wrote, machine by machine, or as it comes. */
export const logs = verb<Options, [run: string]>({
  configure(command) {
    command
      .argument('<run>', 'id of a run, or `last`')
      .option('-t, --target <instances>', 'only these instances of the run: names, ids, globs; repeatable', collect)
      .option('-f, --follow', 'go on until the run has ended')
      .option('--stream <name>', 'only stdout or stderr', stream)
      .option('--tail <lines>', 'only the last lines of each output', count)
      .option('--range <from:to>', 'only these bytes of each output, such as 0:1024 or 4096:', range)
      .option('--timestamps', 'put before each line when it arrived, by the clock of the service')
      .option('--raw', 'bytes as the script wrote them, without names when there is one instance');
  },
  examples: [
    'muster logs last',
    "muster logs last -f -t 'web-*' --tail 10",
    'muster logs last --timestamps --stream stderr',
    'muster logs last -t web-1 --stream stdout --raw --range 0:1048576',
  ],
  async run(app, options, text) {
    const { follow, tail, raw = false, timestamps = false } = options;
    if (options.range && (follow || tail)) throw new Stop('--range goes neither with --follow nor with --tail');
    if (raw && timestamps) throw new Stop('--raw leaves no place for --timestamps');
    const session = await app.connect();
    const invocationId = await findInvocationId(session, text);
    const tasks = tasksOn(await listTasks(session, invocationId), options.target);
    const sink = app.json
      ? new JsonOutputs(jsonLines(app.terminal.out))
      : new HostLines(app.terminal, { raw, timestamps });
    for (const task of tasks) sink.announce(task);
    const reading = { session, tasks, sink, options };
    if (follow) await followAll(reading, invocationId);
    else await readAll(reading);
    sink.endAll();
    return undefined;
  },
});

interface Reading {
  readonly session: Session;
  readonly tasks: readonly InvocationTask[];
  readonly sink: OutputSink;
  readonly options: Options;
}

async function readAll(reading: Reading): Promise<void> {
  const { session, tasks, sink, options } = reading;
  for (const task of tasks) {
    const { invocationTaskId } = task;
    if (options.tail === undefined) {
      const of = { invocationTaskId, stream: options.stream ?? OutputStream.UNSPECIFIED };
      for await (const chunk of readOutput(session, of, options.range ?? EVERYTHING)) sink.write(task, chunk);
    } else {
      for (const each of streamsOf(options.stream)) {
        const of = { invocationTaskId, stream: each };
        const from = await tailOf(reading, task, each);
        for await (const chunk of readOutput(session, of, { from, to: undefined })) sink.write(task, chunk);
      }
    }
  }
}

async function followAll(reading: Reading, invocationId: string): Promise<void> {
  const { session, tasks, sink, options } = reading;
  const wanted = new Set(tasks.map(({ invocationTaskId }) => invocationTaskId));
  const streams = new Set(streamsOf(options.stream));
  const starts: OutputStart[] = [];
  for (const task of options.tail === undefined ? [] : tasks) {
    for (const each of streams) {
      starts.push({
        invocationTaskId: task.invocationTaskId,
        stream: each,
        offset: await tailOf(reading, task, each),
      });
    }
  }
  for await (const event of watchRun(session, invocationId, { withOutput: true, starts })) {
    if (event.kind !== 'output' || !wanted.has(event.task.invocationTaskId)) continue;
    if (streams.has(event.chunk.stream)) sink.write(event.task, event.chunk);
  }
}

const EVERYTHING: ByteRange = { from: 0, to: undefined };

async function tailOf({ session, options }: Reading, task: InvocationTask, of: OutputStream): Promise<number> {
  const result = task.taskResult;
  const length = (of === OutputStream.STDERR ? result?.stderrLength : result?.stdoutLength) ?? 0;
  return findTail(session, { ...task, stream: of }, { length, lines: options.tail! });
}

function range(value: string): ByteRange {
  const parsed = parseByteRange(value);
  if (!parsed) throw new InvalidArgumentError('It must be such as 0:1024, 4096: or :100.');
  return parsed;
}
