import { Refusal } from '@muster/kernel';
import { describe, expect, it } from 'vitest';
import {
  checkSchedule,
  dueSlots,
  type GivenSchedule,
  latestStart,
  MISSED_RECORDED_MOST,
  ON_TIME_MS,
  overlap,
  type Schedule,
  slotsAfter,
} from './schedule.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const given = (init: Partial<GivenSchedule>): GivenSchedule => ({
  policy: 'RECURRENCE',
  recurrence: '* * * * *',
  invokeTime: '',
  timeZone: 'UTC',
  overlapPolicy: 'ALLOW',
  missedRunPolicy: 'SKIP',
  ...init,
});
const refusalOf = (init: Partial<GivenSchedule>) => {
  try {
    checkSchedule(given(init), NOW);
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error('it was not refused');
};

describe('ScheduleSettings', () => {
  it('have TAT’s zone and a window of an hour when they say nothing else', () => {
    expect(checkSchedule(given({ recurrence: '0 0 1 * *', timeZone: '' }), NOW)).toEqual({
      policy: 'RECURRENCE',
      recurrence: '0 0 1 * *',
      invokeAt: undefined,
      timeZone: 'Asia/Shanghai',
      overlapPolicy: 'ALLOW',
      missedRunPolicy: 'SKIP',
      missedRunWindow: 3_600,
    });
  });

  it.each<[string, number]>([
    ['2026-01-01T00:00:01Z', 1_000],
    ['2026-01-01T08:00:01+08:00', 1_000],
    ['2025-12-31T19:30:00-05:00', 1_800_000],
    ['2026-01-01T00:01Z', 60_000],
    ['2026-01-01T00:00:01.999Z', 1_000],
  ])('take %s', (invokeTime, later) => {
    const once = checkSchedule(given({ policy: 'ONCE', invokeTime, recurrence: 'ignored' }), NOW);
    expect(once).toMatchObject({ policy: 'ONCE', invokeAt: NOW + later, recurrence: '' });
  });

  it.each<[Partial<GivenSchedule>, string, string]>([
    [{ policy: undefined }, 'InvalidParameter', 'ScheduleSettings.Policy'],
    [{ recurrence: '' }, 'InvalidParameterValue.InvalidCronExpression', 'ScheduleSettings.Recurrence'],
    [{ recurrence: '* * 30 2 *' }, 'InvalidParameterValue.InvalidCronExpression', 'ScheduleSettings.Recurrence'],
    [{ timeZone: 'Mars/Olympus' }, 'InvalidParameter', 'ScheduleSettings.TimeZone'],
    [{ missedRunWindow: 0 }, 'InvalidParameterValue.Range', 'ScheduleSettings.MissedRunWindow'],
    [{ missedRunWindow: 604_801 }, 'InvalidParameterValue.Range', 'ScheduleSettings.MissedRunWindow'],
    ...[
      '',
      'tomorrow',
      '2026-06-01',
      '2026-06-01T00:00:00',
      '2026-06-01 00:00:00Z',
      '2026-02-30T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-06-01T24:00:00Z',
      '2026-06-01T00:00:60Z',
      '2026-06-01T00:00:00+24:00',
      '2026-06-01T00:00:00+0800',
    ].map((invokeTime): [Partial<GivenSchedule>, string, string] => [
      { policy: 'ONCE', invokeTime },
      'InvalidParameterValue.InvalidTimeFormat',
      'ScheduleSettings.InvokeTime',
    ]),
    ...['2026-01-01T00:00:00Z', '2026-01-01T07:59:59+08:00'].map(
      (invokeTime): [Partial<GivenSchedule>, string, string] => [
        { policy: 'ONCE', invokeTime },
        'InvalidParameterValue.InvokeTimeExpired',
        'ScheduleSettings.InvokeTime',
      ],
    ),
  ])('refuse %j as %s', (init, reason, field) => {
    expect(refusalOf(init)).toMatchObject({ kind: 'invalid', reason, details: { field } });
  });

  it('take the ends of the window', () => {
    for (const missedRunWindow of [1, 604_800])
      expect(checkSchedule(given({ missedRunWindow }), NOW).missedRunWindow).toBe(missedRunWindow);
  });
});

const schedule = (init: Partial<Schedule> = {}): Schedule => ({
  ...{ policy: 'RECURRENCE', recurrence: '* * * * *', invokeAt: undefined, timeZone: 'UTC' },
  ...{ overlapPolicy: 'ALLOW', missedRunPolicy: 'SKIP', missedRunWindow: 600 },
  ...init,
});
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the next slots', () => {
  it('of a recurrence are as many as asked for', () => {
    expect(slotsAfter(schedule(), NOW, 10)).toEqual(
      Array.from({ length: 10 }, (_, index) => NOW + (index + 1) * MINUTE),
    );
  });

  it('of ONCE are its one until it has come', () => {
    const once = schedule({ policy: 'ONCE', recurrence: '', invokeAt: NOW + MINUTE });
    expect(slotsAfter(once, NOW, 10)).toEqual([NOW + MINUTE]);
    expect(slotsAfter(once, NOW + MINUTE, 10)).toEqual([]);
  });
});

describe('slots that have come', () => {
  it('are the one that is on time', () => {
    expect(dueSlots(schedule(), { first: NOW, now: NOW + 3 })).toEqual({
      fire: NOW,
      missed: [],
      missedSince: undefined,
      next: NOW + MINUTE,
    });
  });

  it('are missed but for the newest, and that one too once it is too late', () => {
    const hourly = schedule({ recurrence: '0 * * * *' });
    expect(dueSlots(hourly, { first: NOW, now: NOW + 2 * HOUR + ON_TIME_MS - 1 })).toMatchObject({
      fire: NOW + 2 * HOUR,
      missed: [NOW + HOUR, NOW],
      next: NOW + 3 * HOUR,
    });
    expect(dueSlots(hourly, { first: NOW, now: NOW + 2 * HOUR + ON_TIME_MS })).toMatchObject({
      fire: undefined,
      missed: [NOW + 2 * HOUR, NOW + HOUR, NOW],
    });
  });

  it('fire by RUN_ONE up to the end of the window, one of them', () => {
    const hourly = schedule({ recurrence: '0 * * * *', missedRunPolicy: 'RUN_ONE' });
    expect(dueSlots(hourly, { first: NOW, now: NOW + HOUR + 600_000 })).toMatchObject({
      fire: NOW + HOUR,
      missed: [NOW],
    });
    expect(dueSlots(hourly, { first: NOW, now: NOW + HOUR + 600_001 })).toMatchObject({ fire: undefined });
  });

  it('of ONCE are that one', () => {
    const once = schedule({ policy: 'ONCE', recurrence: '', invokeAt: NOW });
    expect(dueSlots(once, { first: NOW, now: NOW })).toMatchObject({ fire: NOW, missed: [], next: undefined });
    expect(dueSlots(once, { first: NOW, now: NOW + HOUR })).toMatchObject({ fire: undefined, missed: [NOW] });
  });

  it('F44: are never listed without bound: the oldest stands for the rest of a year', () => {
    const now = NOW + 365 * 24 * HOUR;
    const due = dueSlots(schedule(), { first: NOW, now });
    expect(due.fire).toBe(now);
    expect(due.missed).toHaveLength(MISSED_RECORDED_MOST - 1);
    expect(due.missed.at(-1)).toBe(now - (MISSED_RECORDED_MOST - 1) * MINUTE);
    expect(due.missedSince).toBe(NOW);
  });

  it.each([MISSED_RECORDED_MOST - 1, MISSED_RECORDED_MOST, MISSED_RECORDED_MOST + 1])(
    'are all accounted for: %i',
    (count) => {
      const { missed, missedSince } = dueSlots(schedule(), { first: NOW, now: NOW + count * MINUTE });
      expect(missed.length + (missedSince === undefined ? 0 : 1)).toBe(Math.min(count, MISSED_RECORDED_MOST));
      expect(missedSince).toBe(count > MISSED_RECORDED_MOST ? NOW : undefined);
    },
  );

  it('begin with the first, which another zone or line may not know', () => {
    expect(dueSlots(schedule(), { first: NOW + 1, now: NOW + MINUTE })).toMatchObject({
      fire: NOW + MINUTE,
      missed: [NOW + 1],
    });
  });
});

it.each<[Partial<Schedule>, number]>([
  [{}, ON_TIME_MS],
  [{ missedRunPolicy: 'RUN_ONE', missedRunWindow: 1 }, ON_TIME_MS],
  [{ missedRunPolicy: 'RUN_ONE', missedRunWindow: 600 }, 600_001],
])('%j may start until %i ms later', (init, later) => {
  expect(latestStart(schedule(init), NOW)).toBe(NOW + later);
});

it.each<[Schedule['overlapPolicy'], boolean, boolean, ReturnType<typeof overlap>]>([
  ['ALLOW', true, true, 'FIRE'],
  ['SKIP', false, false, 'FIRE'],
  ['SKIP', true, false, 'SKIP'],
  ['QUEUE', false, true, 'FIRE'],
  ['QUEUE', true, false, 'WAIT'],
  ['QUEUE', true, true, 'SKIP'],
])('%s with running %s and waiting %s: %s', (policy, running, waiting, verdict) => {
  expect(overlap(policy, { running, waiting })).toBe(verdict);
});
