import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeSession } from '../src/fake-session.test-support.ts';
import type { Fate } from './fake-socket.ts';
import { linked } from './linked.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('type' as const), size: fc.integer({ min: 1, max: 9_000 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('print' as const), size: fc.integer({ min: 1, max: 60_000 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), size: fc.integer({ min: 1, max: 4_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('break' as const, 'die' as const), size: fc.constant(0) }),
  },
);

/** Bytes that tell by their value where they stand. */
const stream = (from: number, length: number) => Uint8Array.from({ length }, (_, at) => 33 + (((from + at) * 31) % 89));

it('loses no byte and repeats none, whatever a connection loses, repeats or does before it breaks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.infiniteStream(fc.constantFrom<ReturnType<Fate>>(0, 1, 1, 1, 1, 1, 1, 2)),
      async (steps, fates) => {
        using session = new FakeSession({ input: 17, output: 4 });
        let fate: Fate = () => fates.next().value!;
        const { link, sockets, screen, pass, resets, ends } = linked({
          session,
          fate: () => fate(),
        });
        link.open();
        let typed = 0;
        let printed = 0;
        for (const { kind, size } of steps) {
          if (kind === 'type') typed += link.type(stream(typed, size));
          else if (kind === 'print') {
            session.print(stream(printed, size));
            printed += size;
          } else if (kind === 'pass') await pass(size);
          else if (kind === 'break') sockets.at(-1)?.break();
          else sockets.at(-1)?.die();
        }
        fate = () => 1;
        await pass(60_000);
        expect([ends, link.typedAll]).toEqual([[], true]);
        expect(session.typed).toBe(Buffer.from(stream(0, typed)).toString());
        const expected = Buffer.from(stream(0, printed)).toString();
        expect(screen()).toBe(resets() > 0 ? expected.slice(-screen().length) : expected);
        link.detach();
      },
    ),
    { numRuns: 60 },
  );
});
