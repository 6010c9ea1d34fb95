import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, faultyLink } from '@muster/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOSE } from '../src/relay/close-codes.ts';
import { type RelayFixture, startRelayFixture } from './relay-fixture.ts';
import type { ScriptedShell, Wire } from './scripted-machine.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
const text = (from: number, length: number) =>
  Array.from({ length }, (_, index) => ALPHABET[((from + index) * 7) % 26]).join('');

/** Prints `length` bytes, as a program does that waits while there is no room. */
async function print(shell: ScriptedShell, length: number) {
  const until = shell.printed.end + length;
  while (shell.printed.end < until) {
    const { end, acknowledged } = shell.printed;
    const some = Math.min(5_000, until - end, 131_072 - (end - acknowledged));
    if (some > 0) shell.print(text(end, some));
    await sleep(1);
  }
}

/** Types `length` bytes, as a person does who waits while there is no room. */
async function type(client: Awaited<ReturnType<RelayFixture['open']>>['client'], length: number) {
  for (let typed = 0; typed < length; ) {
    const some = Math.min(700, length - typed, client.input!.room);
    client.type(text(client.input!.end, some));
    typed += some;
    await sleep(1);
  }
}

/** Loses, repeats and delays messages, the same ones for the same seed. */
function lossyWire(seed: number): Wire {
  let state = seed >>> 0;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => {
    const dice = random();
    if (dice < 0.1) return { times: 0 };
    return { times: dice < 0.2 ? 2 : 1, delayMs: dice > 0.7 ? Math.floor(random() * 30) : 0 };
  };
}

describe('a bus that loses, repeats and reorders', () => {
  it('loses, repeats and reorders nothing of what is typed and printed', async () => {
    await using fixture = await startRelayFixture();
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { sessionId, client } = await fixture.open();
        const shell = fixture.machine.shell(sessionId);
        fixture.machine.wire = lossyWire(seed);
        await Promise.all([print(shell, 200_000), type(client, 20_000)]);
        await eventually('all output', () => client.text.length === 200_000, 60_000);
        await eventually('all input', () => shell.typed.length === 20_000, 60_000);
        fixture.machine.wire = () => ({ times: 1 });
        expect(client.text).toBe(text(0, 200_000));
        expect(shell.typed).toBe(text(0, 20_000));
        client.leave();
        await eventually('the end', () => client.closed);
      }),
      { numRuns: 3 },
    );
  }, 120_000);
});

// side by side, each on a bus of its own: one machine is waited for until its silence counts as its loss
describe.concurrent('the bus', () => {
  it('may be away: nothing is lost, and everybody is told', async () => {
    await using stack = new AsyncDisposableStack();
    const fixture = stack.use(
      await startRelayFixture({
        async ways(nats) {
          const link = stack.use(await faultyLink({ to: new URL(nats.url).host }));
          cut = link;
          return { service: `nats://${link.address}`, machine: nats.url };
        },
      }),
    );
    const { sessionId, client } = await fixture.open();
    const shell = fixture.machine.shell(sessionId);
    await print(shell, 10_000);
    cut!.refuse();
    cut!.cut();
    await type(client, 2_000);
    const printing = print(shell, 20_000);
    await eventually('the word that the machine is away', () => stateOf(client.frames) === 'machine away');
    cut!.heal();
    await eventually('the word that it is back', () => stateOf(client.frames) === 'live');
    await printing;
    await eventually('all output', () => client.text.length === 30_000);
    await eventually('all input', () => shell.typed.length === 2_000);
    expect([client.text, shell.typed]).toEqual([text(0, 30_000), text(0, 2_000)]);
  }, 60_000);
});
let cut: Awaited<ReturnType<typeof faultyLink>> | undefined;

function stateOf(frames: readonly { kind: string; state?: string }[]): string | undefined {
  return frames.findLast((frame) => frame.kind === 'state')?.state;
}

describe.concurrent('session-svc', () => {
  it('goes on after a restart: the same shell, the same bytes, and the recording without a hole', async () => {
    await using fixture = await startRelayFixture();
    const { sessionId, client } = await fixture.open();
    const shell = fixture.machine.shell(sessionId);
    const printing = print(shell, 400_000);
    await eventually('some output', () => client.text.length > 50_000);
    await type(client, 1_000);
    await fixture.stop();
    await eventually('the close', () => client.closed);
    expect(client.closed).toMatchObject({ code: CLOSE.AWAY });
    client.type('typed while it was away');
    await fixture.start();
    const back = await fixture.resume(sessionId, { from: client.outputNext, input: client.input! });
    expect(back.welcome).toMatchObject({ drives: true, reset: false });
    await printing;
    await eventually('all output', () => client.text.length + back.text.length === 400_000);
    expect(client.text + back.text).toBe(text(0, 400_000));
    await eventually('all input', () => shell.typed.endsWith('away'));
    expect(shell.typed).toBe(`${text(0, 1_000)}typed while it was away`);
    shell.exit(0);
    await eventually('the end', () => back.ended);
  }, 60_000);

  it('goes on after SIGKILL in the middle of a flood', async () => {
    await using fixture = await startRelayFixture({ asProcess: true });
    const { sessionId, client } = await fixture.open();
    const shell = fixture.machine.shell(sessionId);
    const printing = print(shell, 400_000);
    await eventually('some output', () => client.text.length > 150_000);
    await type(client, 500);
    await fixture.kill();
    await eventually('the close', () => client.closed);
    client.type('typed while it was away');
    await fixture.start();
    const back = await fixture.resume(sessionId, { from: client.outputNext, input: client.input! });
    expect(back.welcome).toMatchObject({ drives: true, reset: false });
    await printing;
    await eventually('all output', () => client.text.length + back.text.length === 400_000);
    expect(client.text + back.text).toBe(text(0, 400_000));
    await eventually('all input', () => shell.typed.endsWith('away'));
    expect(shell.typed).toBe(`${text(0, 500)}typed while it was away`);
    back.leave();
    await eventually('the end', () => back.ended);
    expect(shell.ends[0]).toBe('CLOSED');
  }, 60_000);

  it('gives a client without a screen what the machine kept, after a restart as well', async () => {
    await using fixture = await startRelayFixture();
    const { sessionId, client } = await fixture.open();
    await print(fixture.machine.shell(sessionId), 100_000);
    await eventually('all output', () => client.text.length === 100_000);
    await fixture.stop();
    await fixture.start();
    const back = await fixture.resume(sessionId);
    expect(back.welcome).toMatchObject({ outputFrom: 0, reset: false });
    await eventually('all output', () => back.text.length === 100_000);
    expect(back.text).toBe(text(0, 100_000));
  }, 60_000);

  it('ends after a restart what the machine does not have any more, and says so', async () => {
    await using fixture = await startRelayFixture();
    const { sessionId, client } = await fixture.open();
    await fixture.stop();
    await eventually('the close', () => client.closed);
    fixture.machine.restart();
    await fixture.start();
    await eventually('the end', async () => (await described(fixture, sessionId)).endReason === 8);
    expect(await described(fixture, sessionId)).toMatchObject({
      errorInfo: 'the machine does not have it any more',
    });
  }, 60_000);
});

describe.concurrent('a machine', () => {
  it('whose agent was started anew has lost the shell, which is told at once', async () => {
    await using fixture = await startRelayFixture();
    const { sessionId, client } = await fixture.open();
    fixture.machine.restart();
    await eventually('the end', () => client.closed);
    expect(client.ended).toMatchObject({ reason: 'MACHINE_LOST' });
    expect(await described(fixture, sessionId)).toMatchObject({ endReason: 8 });
  });

  it('that is not heard for longer than the grace is lost', async () => {
    await using fixture = await startRelayFixture();
    const { client } = await fixture.open({ graceSeconds: 1 });
    fixture.machine.wire = () => ({ times: 0 });
    await eventually('the end', () => client.closed, 60_000);
    expect(stateOf(client.frames)).toBe('machine away');
    expect(client.ended).toMatchObject({ reason: 'MACHINE_LOST' });
  }, 90_000);
});

describe('a session', () => {
  it('that is idle ends, and output counts like input', async () => {
    await using fixture = await startRelayFixture();
    await fixture.sessions('root').modifySessionSettings({ settings: { idleSeconds: 60 } });
    const { sessionId, client } = await fixture.open();
    const shell = fixture.machine.shell(sessionId);
    fixture.clock.ahead += 50_000;
    shell.print('still here');
    await client.until('still here');
    const { client: witness } = await fixture.open();
    fixture.clock.ahead += 50_000;
    client.type('x');
    await eventually('the key', () => shell.typed === 'x');
    fixture.clock.ahead += 50_000;
    // one that nobody types into is over by now
    await eventually('the end of the witness', () => witness.closed);
    expect(witness.ended).toMatchObject({ reason: 'IDLE' });
    expect(client.ended).toBeUndefined();
    fixture.clock.ahead += 11_000;
    await eventually('the end', () => client.closed);
    expect(client.ended).toMatchObject({ reason: 'IDLE' });
    expect(await described(fixture, sessionId)).toMatchObject({
      endReason: 5,
      errorInfo: 'no input and no output for 60 s',
    });
  });

  it('is not longer than it may be', async () => {
    await using fixture = await startRelayFixture();
    await fixture.sessions('root').modifySessionSettings({ settings: { longestSeconds: 60, idleSeconds: 86_400 } });
    const { client } = await fixture.open();
    fixture.clock.ahead += 61_000;
    await eventually('the end', () => client.closed);
    expect(client.ended).toMatchObject({ reason: 'TOO_LONG' });
  });

  it('whose machine says nothing was never opened', async () => {
    await using fixture = await startRelayFixture();
    fixture.machine.onOrder = 'say nothing';
    const opening = fixture.open();
    await eventually('the order', () => fixture.machine.orders.length > 0);
    fixture.clock.ahead += 16_000;
    const { client } = await opening;
    await eventually('the close', () => client.closed);
    expect(client.ended).toMatchObject({ reason: 'START_FAILED' });
    expect(client.closed?.reason).toBe('the machine did not answer');
  });
});

async function described(fixture: RelayFixture, sessionId: string) {
  const { sessionSet } = await fixture.sessions().describeSessions({ sessionIds: [sessionId] });
  return sessionSet[0]!;
}
