import { describe, expect, it } from 'vitest';
import { Outflow } from './outflow.ts';

const KB = 1 << 10;

/** A server that says what it has when it is told to. */
function slowServer() {
  const asked: PromiseWithResolvers<void>[] = [];
  const connection = {
    flush() {
      const answer = Promise.withResolvers<void>();
      asked.push(answer);
      return answer.promise;
    },
  };
  return { connection, asked };
}
const turn = () => new Promise(setImmediate);
const fill = (outflow: Outflow) => {
  for (let taken = 0; ; taken++) if (!outflow.take(64 * KB) || taken > 10_000) return taken;
};

describe('F13: what a slow bus has not taken', () => {
  it('is bounded, and there is room again for what it took', async () => {
    const { connection, asked } = slowServer();
    const outflow = new Outflow(connection, 1_024 * KB);
    expect(fill(outflow)).toBe(16);
    // asked once, after the first four
    expect(asked).toHaveLength(1);
    asked[0]!.resolve();
    await turn();
    expect(fill(outflow)).toBe(4);
    asked[1]!.resolve();
    await turn();
    expect(fill(outflow)).toBe(12);
  });

  it('stays counted while the bus is away, until it has gone out', async () => {
    const { connection, asked } = slowServer();
    const outflow = new Outflow(connection, 1_024 * KB);
    outflow.online = false;
    expect(fill(outflow)).toBe(16);
    expect(asked).toEqual([]);
    outflow.online = true;
    expect(fill(outflow)).toBe(0);
    asked[0]!.resolve();
    await turn();
    expect(fill(outflow)).toBe(16);
  });

  it('is free again when it was lost with its connection', async () => {
    const { connection, asked } = slowServer();
    const outflow = new Outflow(connection, 1_024 * KB);
    expect(fill(outflow)).toBe(16);
    asked[0]!.reject(new Error('lost'));
    outflow.online = false;
    await turn();
    outflow.online = true;
    asked[1]!.resolve();
    await turn();
    expect(fill(outflow)).toBe(16);
  });
});
