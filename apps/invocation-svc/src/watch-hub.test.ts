import { Refusal } from '@muster/kernel';
import { expect, it } from 'vitest';
import type { RunChange } from './domain/run-change.ts';
import { createWatchHub } from './watch-hub.ts';

const never = new AbortController().signal;

function output(sequence: number, bytes = 1): RunChange {
  const data = new Uint8Array(bytes);
  return {
    ...{ kind: 'output', invocationId: 'inv-00000001', sequence },
    output: { invocationTaskId: 'invt-00000001', stream: 'STDOUT', offset: 0, data, receivedAt: 1 },
  };
}

async function take(watcher: AsyncIterable<RunChange>, count: number): Promise<number[]> {
  const sequences: number[] = [];
  for await (const { sequence } of watcher) if (sequences.push(sequence) === count) break;
  return sequences;
}

it('keeps what is told between subscribing and reading, in order, for every watcher of that run', async () => {
  using hub = createWatchHub();
  using one = hub.subscribe('inv-00000001', never);
  using other = hub.subscribe('inv-00000001', never);
  using stranger = hub.subscribe('inv-00000002', never);
  hub.tell([output(1), output(2)]);
  hub.tell([output(3)]);
  expect(await take(one, 3)).toEqual([1, 2, 3]);
  expect(await take(other, 3)).toEqual([1, 2, 3]);
  hub.tell([{ ...output(9), invocationId: 'inv-00000002' }]);
  expect(await take(stranger, 1)).toEqual([9]);
});

it.each([
  ['many changes', 50_001, 1],
  ['many bytes', 40, 1 << 20],
])('F13: lets a reader go that %s have left behind, and nobody else', async (_, count, bytes) => {
  using hub = createWatchHub();
  using slow = hub.subscribe('inv-00000001', never);
  using quick = hub.subscribe('inv-00000001', never);
  const reading = take(quick, count);
  for (let sequence = 1; sequence <= count; sequence++) {
    hub.tell([output(sequence, bytes)]);
    await Promise.resolve();
    await new Promise(setImmediate);
  }
  expect(await reading).toHaveLength(count);
  const refusal = await take(slow, 1).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Refusal);
  expect((refusal as Refusal).kind).toBe('unavailable');
});

it('F13: lets the slowest of many readers go when all together have too much left to read', async () => {
  using hub = createWatchHub({ mostBytesInAll: 5 << 20 });
  const readers = Array.from({ length: 6 }, (_, index) => hub.subscribe(`inv-0000000${index}`, never));
  const tell = (reader: number, bytes: number) =>
    hub.tell([{ ...output(1, bytes), invocationId: `inv-0000000${reader}` }]);
  for (const reader of [0, 1, 2, 3]) tell(reader, 1 << 20);
  // 4 of 5 MB wait; now the fifth reader is the one with most of it
  tell(4, 900 << 10);
  tell(4, 900 << 10);
  await expect(take(readers[4]!, 1)).rejects.toThrow('the reader is too slow');
  tell(5, 900 << 10);
  for (const reader of [0, 1, 2, 3, 5]) expect(await take(readers[reader]!, 1)).toEqual([1]);
  // what was read waits no more
  for (const reader of [0, 1, 2, 3]) tell(reader, 1 << 20);
  for (const reader of [0, 1, 2, 3]) expect(await take(readers[reader]!, 1)).toEqual([1]);
});

it('tells a listener that there was something, once, however much it was and whenever it looks', async () => {
  using hub = createWatchHub();
  using listener = hub.listen({ invocationId: 'inv-00000001', concerns: ({ sequence }) => sequence > 1 }, never);
  let rung = 0;
  const listening = (async () => {
    for (; ; rung++) await listener.changed();
  })().catch((error: unknown) => error);
  const turn = () => new Promise(setImmediate);
  hub.tell([output(1), { ...output(9), invocationId: 'inv-00000002' }]);
  await turn();
  expect(rung).toBe(0);
  hub.tell(Array.from({ length: 100 }, () => output(2, 1 << 20)));
  await turn();
  expect(rung).toBe(1);
  hub.tell([output(3)]);
  await turn();
  expect(rung).toBe(2);
  hub[Symbol.dispose]();
  expect(await listening).toBeInstanceOf(Refusal);
});

it('lets a listener go that does not wait just then, and ends it with its signal', async () => {
  using hub = createWatchHub();
  const gone = new AbortController();
  const hearing = { invocationId: 'inv-00000001', concerns: () => true };
  using busy = hub.listen(hearing, never);
  using leaving = hub.listen(hearing, gone.signal);
  using late = hub.listen(hearing, AbortSignal.abort());
  await late.changed();
  gone.abort();
  await leaving.changed();
  hub.tell([output(1)]);
  hub[Symbol.dispose]();
  await expect(busy.changed()).rejects.toBeInstanceOf(Refusal);
});

it('ends a watch with its signal', async () => {
  using hub = createWatchHub();
  const gone = new AbortController();
  using watcher = hub.subscribe('inv-00000001', gone.signal);
  const reading = take(watcher, 1);
  gone.abort();
  expect(await reading).toEqual([]);
});
