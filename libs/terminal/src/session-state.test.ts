import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterEvent,
  nextDeadline,
  openedSession,
  SESSION_EVENTS,
  SESSION_STATES,
  SESSION_TRANSITIONS,
  type SessionEvent,
  type SessionLife,
} from './session-state.ts';

const LIMITS = { ticketMs: 30, startMs: 10, graceMs: 60, idleMs: 900, longestMs: 5_000, endingMs: 15 };

const happen = (life: SessionLife, event: SessionEvent, now: number) =>
  event === 'stop' || event === 'finish' ? afterEvent(life, event, now, 'TERMINATED') : afterEvent(life, event, now);
const lived = (...events: [SessionEvent, number][]) =>
  events.reduce((life, [event, now]) => happen(life, event, now)!, openedSession(0));

describe('the states of a session', () => {
  it('are all reached, and from all of them but the last one a way leads out', () => {
    const reached = new Set(Object.values(SESSION_TRANSITIONS).flatMap((ways) => Object.values(ways)));
    expect(reached).toEqual(new Set(SESSION_STATES.filter((state) => state !== 'PENDING')));
    const final = SESSION_STATES.filter((state) => Object.keys(SESSION_TRANSITIONS[state]).length === 0);
    expect(final).toEqual(['ENDED']);
  });

  it('can all end at once, for machines say what they say', () => {
    for (const state of SESSION_STATES.filter((each) => each !== 'ENDED')) {
      expect(SESSION_TRANSITIONS[state].finish).toBe('ENDED');
    }
  });

  it('let a ticket be used once, and nothing run again', () => {
    const over = lived(['redeem', 1], ['start', 2], ['finish', 3]);
    for (const event of SESSION_EVENTS) expect(happen(over, event, 4)).toBeUndefined();
    expect(happen(lived(['redeem', 1]), 'redeem', 2)).toBeUndefined();
  });
});

describe('the end', () => {
  it('keeps the first reason', () => {
    const revoked = afterEvent(lived(['redeem', 1], ['start', 2]), 'stop', 3, 'REVOKED')!;
    expect(afterEvent(revoked, 'finish', 4, 'EXITED')).toMatchObject({ state: 'ENDED', reason: 'REVOKED' });
    expect(nextDeadline(revoked, LIMITS)).toEqual({ at: 18, event: 'finish', reason: 'REVOKED' });
  });

  it('comes to every session, whatever happens to it: after its longest time and what ending takes at the latest', () => {
    const event = fc.constantFrom<SessionEvent>('redeem', 'start', 'attach', 'detach', 'fall silent', 'return');
    const happening = fc.record({ event, pause: fc.nat(40), busy: fc.boolean() });
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 300 }), (happenings) => {
        let life = openedSession(0);
        let now = 0;
        const due = (until: number) => {
          for (;;) {
            const deadline = nextDeadline(life, LIMITS);
            if (!deadline || deadline.at > until) return;
            now = Math.max(now, deadline.at);
            life = afterEvent(life, deadline.event, now, deadline.reason)!;
          }
        };
        for (const { event, pause, busy } of happenings) {
          due(now + pause);
          now += pause;
          life = happen(life, event, now) ?? life;
          if (busy) life = { ...life, activeAt: now };
        }
        due(Number.POSITIVE_INFINITY);
        expect(life).toMatchObject({ state: 'ENDED', reason: expect.any(String) });
        const { ticketMs, startMs, longestMs, graceMs, endingMs } = LIMITS;
        const latest = ticketMs + startMs + longestMs + graceMs + endingMs;
        expect(life.since).toBeLessThanOrEqual(latest);
      }),
    );
  });
});

describe('deadlines', () => {
  it('give the grace once, however often driver and machine come and go while the other one is away', () => {
    const flapping = lived(['redeem', 1], ['start', 2], ['detach', 10], ['fall silent', 40], ['return', 60]);
    expect(nextDeadline(flapping, LIMITS)).toEqual({ at: 70, event: 'stop', reason: 'GRACE_OVER' });
    const back = afterEvent(flapping, 'attach', 65)!;
    expect(nextDeadline(back, LIMITS)).toMatchObject({ reason: 'IDLE' });
    expect(nextDeadline(afterEvent(back, 'fall silent', 80)!, LIMITS)).toEqual({
      at: 140,
      event: 'finish',
      reason: 'MACHINE_LOST',
    });
  });

  it('end what is idle, or open for too long however busy', () => {
    const open = lived(['redeem', 1], ['start', 2]);
    expect(nextDeadline(open, LIMITS)).toEqual({ at: 902, event: 'stop', reason: 'IDLE' });
    expect(nextDeadline({ ...open, activeAt: 4_900 }, LIMITS)).toEqual({
      at: 5_002,
      event: 'stop',
      reason: 'TOO_LONG',
    });
  });

  it('end what never started', () => {
    expect(nextDeadline(openedSession(5), LIMITS)).toEqual({ at: 35, event: 'finish', reason: 'NOT_USED' });
    expect(nextDeadline(lived(['redeem', 7]), LIMITS)).toEqual({ at: 17, event: 'stop', reason: 'START_FAILED' });
  });
});
