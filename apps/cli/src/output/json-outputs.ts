import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { InvocationTask } from '@muster/contract';
import { decodeUtf8, unfinishedTail } from '../domain/utf8.ts';
import { streamName } from '../tat-name.ts';
import type { Chunk } from '../watch.ts';
import type { OutputSink } from './output-sink.ts';
import type { Channel } from './terminal.ts';

/** Prints one JSON line of a kind. */
export type PrintLine = (kind: string, fields: object) => void;

/** JSON Lines on a channel. */
export function jsonLines(channel: Channel): PrintLine {
  return (kind, fields) => channel.line(JSON.stringify({ kind, ...fields }));
}

/** Output as JSON lines. A character that two chunks share is held back, so that text stays text. */
export class JsonOutputs implements OutputSink {
  readonly #print: PrintLine;
  readonly #held = new Map<string, { task: InvocationTask; chunk: Chunk }>();

  constructor(print: PrintLine) {
    this.#print = print;
  }

  announce(): void {}

  write(task: InvocationTask, chunk: Chunk): void {
    const key = `${task.invocationTaskId} ${chunk.stream}`;
    const held = this.#held.get(key)?.chunk;
    const data = held ? Buffer.concat([held.data, chunk.data]) : chunk.data;
    const offset = held ? held.offset : chunk.offset;
    const length = data.length - unfinishedTail(data);
    this.#emit(task, { ...chunk, offset, data: data.subarray(0, length) });
    const rest = { ...chunk, offset: offset + length, data: data.subarray(length) };
    if (rest.data.length > 0) this.#held.set(key, { task, chunk: rest });
    else this.#held.delete(key);
  }

  endAll(): void {
    for (const { task, chunk } of this.#held.values()) this.#emit(task, chunk);
    this.#held.clear();
  }

  #emit(task: InvocationTask, { stream, offset, data, time }: Chunk): void {
    if (data.length === 0) return;
    const text = decodeUtf8(data);
    this.#print('output', {
      InvocationTaskId: task.invocationTaskId,
      InstanceId: task.instanceId,
      InstanceName: task.instanceName,
      Stream: streamName(stream),
      Offset: offset,
      Data: Buffer.from(data).toString('base64'),
      ...(text === undefined ? {} : { Text: text }),
      ...(time ? { Time: new Date(timestampMs(time)).toISOString() } : {}),
    });
  }
}
