import { INPUT_WINDOW, OUTPUT_WINDOW } from '@muster/terminal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSession } from '../src/fake-session.test-support.ts';
import { KEPT_INPUT } from '../src/index.ts';
import type { Fate } from './fake-socket.ts';
import { linked } from './linked.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A link that stands. */
async function live(given: Parameters<typeof linked>[0] = {}) {
  const all = linked(given);
  all.link.open();
  await all.pass(10);
  return all;
}

describe('a link', () => {
  it('says who it is and how big its terminal is, prints what comes and types what is typed', async () => {
    const { session, link, screen, type, pass, states, welcomes } = await live();
    expect(session.hellos).toMatchObject([
      { ticket: 'first 1', token: 'a token', columns: 80, rows: 24, from: undefined },
    ]);
    expect(states.map(({ kind }) => kind)).toEqual(['connecting', 'live']);
    expect(welcomes).toMatchObject([{ drives: true, recordsOutput: true, graceSeconds: 60, droppedInput: 0 }]);
    session.print('$ ');
    expect(type('ls\n')).toBe(3);
    link.resize({ columns: 100, rows: 30 });
    link.newToken('another');
    await pass(30);
    expect([screen(), session.typed, link.typedAll]).toEqual(['$ ', 'ls\n', true]);
    expect(session.said).toEqual([
      { kind: 'resize', columns: 100, rows: 30 },
      { kind: 'token', token: 'another' },
    ]);
  });

  it('tells of another size that the terminal got while it connected', async () => {
    const all = linked();
    all.link.open();
    all.link.resize({ columns: 90, rows: 25 });
    await all.pass(1);
    expect(all.session.hellos).toEqual([]);
    all.link.resize({ columns: 91, rows: 26 });
    await all.pass(10);
    const sizes = all.session.said.map((frame) => (frame.kind === 'resize' ? [frame.columns, frame.rows] : frame));
    expect([all.session.hellos[0]?.columns, ...sizes]).toEqual([90, [91, 26]]);
  });

  it('begins at the offsets that the service names, and brings what was typed before it was connected', async () => {
    const session = new FakeSession({ input: 5_000, output: 70_000 });
    const { link, type, pass, screen } = linked({ session });
    link.open();
    type('early ');
    await pass(10);
    type('late');
    session.print('hello');
    await pass(10);
    expect([session.typed, screen()]).toEqual(['early late', 'hello']);
  });

  it('goes on after a broken connection with the next byte, in both directions', async () => {
    const { session, sockets, screen, type, pass, tickets, states, resets } = await live();
    session.print('one ');
    type('first ');
    await pass(10);
    sockets[0]!.break();
    session.print('two ');
    type('second ');
    await pass(500);
    session.print('three');
    type('third');
    await pass(10);
    expect([screen(), session.typed, resets()]).toEqual(['one two three', 'first second third', 0]);
    expect(tickets).toEqual(['first', 'again']);
    expect(session.hellos[1]).toMatchObject({ ticket: 'again 2', from: 4 });
    expect(states[2]).toMatchObject({
      kind: 'reconnecting',
      attempt: 1,
      why: 'it broke',
      nextTryAt: expect.any(Number),
    });
    expect(states.slice(3)).toMatchObject([
      { kind: 'reconnecting', attempt: 1, nextTryAt: undefined },
      { kind: 'live' },
    ]);
  });

  it('types no key twice when only the acknowledgement was lost with the connection', async () => {
    const { session, sockets, type, pass } = await live();
    type('rm x\n');
    await pass(1);
    expect(session.typed).toBe('rm x\n');
    sockets[0]!.break();
    await pass(500);
    type('ls\n');
    await pass(10);
    expect(session.typed).toBe('rm x\nls\n');
  });

  it('makes the screen anew when what it missed is not kept any more', async () => {
    const { session, sockets, screen, pass, resets } = await live();
    session.print('old');
    await pass(10);
    sockets[0]!.break();
    session.print(new Uint8Array(3_000_000).fill(46));
    session.print('new');
    await pass(2_000);
    expect(resets()).toBe(1);
    expect(screen()).toMatch(/^\.{1048573}new$/);
  });

  it('asks at once for what is missing', async () => {
    const fate = { now: 1 as ReturnType<Fate> };
    const { session, screen, pass } = await live({ fate: () => fate.now });
    fate.now = 0;
    session.print('lost ');
    fate.now = 1;
    session.print('and found');
    await pass(10);
    expect(screen()).toBe('lost and found');
  });

  it('lets the service wait until what came is drawn', async () => {
    const { session, screen, draw, pass } = await live();
    draw();
    for (let i = 0; i < 8; i++) session.print(new Uint8Array(OUTPUT_WINDOW / 4).fill(46));
    await pass(100);
    expect(screen().length).toBe(OUTPUT_WINDOW);
    draw(2);
    await pass(100);
    expect(screen().length).toBe(1.5 * OUTPUT_WINDOW);
    draw(100);
    await pass(100);
    expect(screen().length).toBe(2 * OUTPUT_WINDOW);
  });

  it('takes no more than it keeps while a program does not read, and tells of room', async () => {
    const { session, link, type, pass, rooms } = await live();
    session.stopReading();
    expect(type('x'.repeat(KEPT_INPUT + 5))).toBe(KEPT_INPUT);
    await pass(3_000);
    expect([session.typed.length, type('y'), rooms(), link.typedAll]).toEqual([INPUT_WINDOW, 0, 0, false]);
    session.readOn();
    await pass(10);
    expect([session.typed.length, rooms(), link.typedAll]).toEqual([KEPT_INPUT, 1, true]);
    expect(type('y')).toBe(1);
  });

  it('finds out that a socket is dead though nobody says so: soon when something was typed, later when not', async () => {
    const { session, sockets, type, pass } = await live();
    await pass(60_000);
    expect(sockets.length).toBe(1);
    sockets[0]!.die();
    type('hello?');
    await pass(13_000);
    expect([sockets.length, session.typed]).toEqual([2, 'hello?']);
    sockets[1]!.die();
    await pass(14_000);
    expect(sockets.length).toBe(2);
    await pass(12_000);
    expect(sockets.length).toBe(3);
  });

  it('closes a connection that does not keep to the protocol, and makes another', async () => {
    const { session, pass, states, sockets } = await live();
    session.say({ kind: 'ack', acknowledged: 10, limit: 20, resend: false });
    await pass(500);
    expect(states[2]).toMatchObject({ kind: 'reconnecting', why: 'the service does not keep to the protocol' });
    expect(sockets.length).toBe(2);
  });

  it('tells how the shell ended, after everything that it printed', async () => {
    const { session, screen, pass, ends, sockets } = await live();
    session.print('logout\n');
    session.end({ exitCode: 3 });
    await pass(100);
    expect([screen(), ends]).toEqual(['logout\n', [{ kind: 'ended', reason: 'EXITED', exitCode: 3, signal: '' }]]);
    await pass(60_000);
    expect(sockets.length).toBe(1);
  });

  it('leaves by ending the shell, or says that nobody heard it', async () => {
    const one = await live();
    expect(one.link.leave()).toBe(true);
    await one.pass(10);
    expect([one.session.said, one.ends]).toMatchObject([[{ kind: 'end' }], [{ kind: 'ended', reason: 'CLOSED' }]]);
    const other = await live();
    other.sockets[0]!.break();
    expect(other.link.leave()).toBe(false);
    await other.pass(60_000);
    expect([other.sockets.length, other.ends]).toEqual([1, []]);
  });

  it('leaves in the end also when the service has no answer', async () => {
    const { link, sockets, pass, ends } = await live();
    sockets[0]!.die();
    link.leave();
    await pass(5_000);
    expect(ends).toEqual([{ kind: 'ended', reason: 'CLOSED' }]);
  });

  it('detaches without a word to the shell', async () => {
    const { session, link, pass, states, ends } = await live();
    link.detach();
    await pass(60_000);
    expect([session.clients, session.said, ends, states.length]).toEqual([0, [], [], 2]);
    expect([link.drives, link.type(Buffer.from('x'))]).toEqual([false, 0]);
  });
});

describe('whoever does not drive', () => {
  it('types nothing and sets no size while watching', async () => {
    const { session, link, screen, type, pass, states, welcomes } = await live({ role: 'watch' });
    link.resize({ columns: 9, rows: 9 });
    session.print('seen');
    expect([type('x'), link.drives]).toEqual([0, false]);
    await pass(10);
    expect([screen(), session.typed, session.said]).toEqual(['seen', '', []]);
    expect([states.at(-1), welcomes[0]?.drives]).toEqual([{ kind: 'live' }, false]);
  });

  it('watches from the moment on at which somebody else took over, also after a broken connection', async () => {
    const { session, sockets, tickets, screen, type, pass, states } = await live();
    session.roleOf = (ticket) => (ticket.startsWith('watch') ? 'watch' : 'drive');
    type('mine ');
    await pass(10);
    session.takeOver('theirs');
    await pass(10);
    expect([type('lost'), states.at(-1)]).toEqual([0, { kind: 'taken over' }]);
    sockets[0]!.break();
    await pass(500);
    session.print('still here');
    await pass(10);
    expect([tickets, states.at(-1), screen()]).toEqual([['first', 'watch'], { kind: 'taken over' }, 'still here']);
    expect(session.typed).toBe('mine theirs');
  });

  it('drops what was typed while somebody else drove: the machine has other bytes there', async () => {
    const { session, sockets, type, pass, welcomes } = await live();
    sockets[0]!.die();
    type('rm -rf ./build\n');
    session.takeOver('ls ');
    await pass(13_000);
    expect(welcomes[1]).toMatchObject({ drives: true, droppedInput: 15 });
    type('whoami');
    await pass(10);
    expect(session.typed).toBe('ls whoami');
  });

  it('hears that the machine is away, until when, and that it is back', async () => {
    const { session, states, pass } = await live();
    session.say({ kind: 'state', state: 'machine away', until: 12_345 });
    session.say({ kind: 'state', state: 'live', until: undefined });
    await pass(10);
    expect(states.slice(2)).toEqual([{ kind: 'machine away', until: 12_345 }, { kind: 'live' }]);
  });
});

describe('connecting again', () => {
  it('waits longer from attempt to attempt, and not when told to hurry', async () => {
    const { sockets, link, pass, states } = await live();
    const refusing = () => {
      throw new Error('nobody listens');
    };
    const next = () => {
      const last = states.at(-1);
      return last?.kind === 'reconnecting' && last.nextTryAt !== undefined ? last.nextTryAt - Date.now() : 0;
    };
    sockets[0]!.break();
    expect(next()).toBeLessThanOrEqual(200);
    link.retryNow();
    await pass(10);
    expect(sockets.length).toBe(2);
    const failing = linked({ connect: refusing });
    failing.link.open();
    await failing.pass(10_000);
    const waits = failing.states.flatMap((state) => (state.kind === 'reconnecting' ? [state.attempt] : []));
    expect(waits.length).toBeGreaterThan(4);
    expect(waits.length).toBeLessThan(20);
  });

  it('gives up when the first connection cannot be made', async () => {
    const { link, pass, ends } = linked({
      connect: () => {
        throw new Error('nobody listens');
      },
    });
    link.open();
    await pass(30_000);
    expect(ends).toEqual([{ kind: 'unreachable', why: 'nobody listens' }]);
  });

  it('gives up when the grace is long over and still nobody answers', async () => {
    const { session, sockets, pass, ends } = await live({ mayRetry: () => true });
    session.roleOf = () => undefined;
    sockets[0]!.break();
    await pass(110_000);
    expect(ends).toEqual([]);
    await pass(30_000);
    expect(ends).toEqual([{ kind: 'unreachable', why: 'the ticket is not valid' }]);
  });

  it('is over at once when the first ticket is refused, and later when asking again is of no use', async () => {
    const denied = new Error('denied');
    const first = linked({ ticket: () => Promise.reject(denied) });
    first.link.open();
    await first.pass(1);
    expect(first.ends).toEqual([{ kind: 'refused', error: denied }]);

    let answers = 0;
    const later = await live({
      ticket: async () => {
        answers++;
        if (answers > 1) throw answers === 2 ? new Error('gateway away') : denied;
        return { ticket: 't', token: 't' };
      },
      mayRetry: (error) => error !== denied,
    });
    later.sockets[0]!.break();
    await later.pass(5_000);
    expect([answers, later.ends]).toEqual([3, [{ kind: 'refused', error: denied }]]);
  });

  it('hears from the ticket how the session ended meanwhile', async () => {
    const { sockets, pass, ends } = await live({
      ticket: vi
        .fn()
        .mockResolvedValueOnce({ ticket: 't', token: 't' })
        .mockResolvedValueOnce({ kind: 'ended', reason: 'EXITED', exitCode: 1 }),
    });
    sockets[0]!.break();
    await pass(1_000);
    expect(ends).toEqual([{ kind: 'ended', reason: 'EXITED', exitCode: 1 }]);
  });
});
