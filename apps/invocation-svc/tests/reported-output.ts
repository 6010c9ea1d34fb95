import type { GetTaskOutputResponse, OutputPosition, OutputStream, TaskOrder } from '@muster/contract';
import type { FakeAgent } from './fake-agent.ts';
import { type Fixture, run, startOn } from './runs-fixture.ts';

/** As much as an agent's message may hold, in bytes, with room for the rest of it. */
export const CHUNK = 250_000;

/** A task that runs. */
export async function startedTask(service: Fixture, agent: FakeAgent): Promise<TaskOrder> {
  await run(service, [agent]);
  return startOn(agent);
}

/** Reports bytes of one output in as many messages as they need, until the service wants no more: its word on that, then. */
export async function write(
  agent: FakeAgent,
  { invocationTaskId }: TaskOrder,
  stream: OutputStream,
  offset: number,
  data: Uint8Array,
): Promise<OutputPosition | undefined> {
  for (let at = 0; at < data.length; at += CHUNK) {
    const chunk = { invocationTaskId, stream, offset: offset + at, data: data.subarray(at, at + CHUNK) };
    const { positions } = await agent.output({ chunks: [chunk] });
    if (positions[0]!.closed) return positions[0]!;
  }
  return undefined;
}

/** What GetTaskOutput gave of one output. */
export function joined(answers: readonly GetTaskOutputResponse[], stream: OutputStream): Buffer {
  return Buffer.concat(answers.filter(({ chunk }) => chunk!.stream === stream).map(({ chunk }) => chunk!.data));
}

/** Bytes of every value, that no compression makes small. */
export function noise(length: number, seed = 1): Buffer {
  let state = seed;
  return Buffer.from(
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 16;
    }),
  );
}
