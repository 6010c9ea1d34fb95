import { Refusal } from '@muster/kernel';
import { describe, expect, it } from 'vitest';
import { checkRecurrence, cronCalendar, isTimeZone } from './calendar.ts';

const from = (iso: string) => Date.parse(iso);
const after = (line: string, zone: string, iso: string, most: number) =>
  cronCalendar(line, zone)
    .after(from(iso), most)
    .map((moment) => new Date(moment).toISOString().slice(0, 16));
const before = (line: string, zone: string, iso: string, most: number) =>
  cronCalendar(line, zone)
    .before(from(iso), most)
    .map((moment) => new Date(moment).toISOString().slice(0, 16));

describe('a crontab line', () => {
  it.each<[string, string, string[]]>([
    // 00:00 in Beijing is 16:00 of the day before
    ['0 0 1 * *', 'TAT’s sample', ['2026-01-31T16:00', '2026-02-28T16:00']],
    ['*/20 8 * * *', 'steps', ['2026-01-02T00:00', '2026-01-02T00:20', '2026-01-02T00:40', '2026-01-03T00:00']],
    ['5-9/2 8 * * *', 'steps in a range', ['2026-01-02T00:05', '2026-01-02T00:07', '2026-01-02T00:09']],
    ['0 8 * * 1-5', 'Monday to Friday', ['2026-01-02T00:00', '2026-01-05T00:00']],
    ['0 8 * * MON-fri', 'and their names', ['2026-01-02T00:00', '2026-01-05T00:00']],
    ['0 8 1 jan,JUL *', 'months by name', ['2026-07-01T00:00', '2027-01-01T00:00']],
    ['0 8 * * 0', 'Sunday', ['2026-01-04T00:00', '2026-01-11T00:00']],
    ['0 8 * * 7', 'Sunday as 7', ['2026-01-04T00:00', '2026-01-11T00:00']],
    [
      '0 8 13 * 5',
      'the 13th or a Friday',
      ['2026-01-02T00:00', '2026-01-09T00:00', '2026-01-13T00:00', '2026-01-16T00:00'],
    ],
    ['0 8 29 2 *', 'a leap day', ['2028-02-29T00:00', '2032-02-29T00:00']],
    [' 0  8\t* * *  ', 'with any blanks', ['2026-01-02T00:00', '2026-01-03T00:00']],
  ])('%j means %s', (line, _what, expected) => {
    expect(after(line, 'Asia/Shanghai', '2026-01-01T08:00:00Z', expected.length)).toEqual(expected);
  });

  it.each([
    '',
    '* * * *',
    '0 * * * * *',
    '@daily',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * 32 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '5/5 * * * *',
    '/5 * * * *',
    '9-5 * * * *',
    '1,,2 * * * *',
    '-1 * * * *',
    '+1 * * * *',
    '* * L * *',
    '* * 15W * *',
    '* * * * 5L',
    '* * * * 1#2',
    '* * * * MON#2',
    '* * ? * *',
    '* * * FOO *',
    '* * JAN * *',
    '* * * MON *',
    'a b c d e',
    '* * 30 2 *',
    '0 0 31 4,6,9,11 *',
  ])('%j is refused', (line) => {
    const check = () => checkRecurrence(line, 'Asia/Shanghai', from('2026-01-01T00:00:00Z'));
    expect(check).toThrow(Refusal);
    expect(check).toThrow(/ScheduleSettings.Recurrence must be five fields of classic cron/);
  });

  it('comes after a moment, not at it, and is found again from behind', () => {
    expect(after('0 8 * * *', 'UTC', '2026-01-01T08:00:00.000Z', 1)).toEqual(['2026-01-02T08:00']);
    expect(after('0 8 * * *', 'UTC', '2026-01-01T07:59:59.999Z', 1)).toEqual(['2026-01-01T08:00']);
    expect(before('0 8 * * *', 'UTC', '2026-01-03T08:00:00.001Z', 2)).toEqual(['2026-01-03T08:00', '2026-01-02T08:00']);
    expect(before('0 8 * * *', 'UTC', '2026-01-03T08:00:00.000Z', 1)).toEqual(['2026-01-02T08:00']);
  });
});

describe('F43: where clocks change', () => {
  it.each<[zone: string, line: string, start: string, expected: string[]]>([
    // Berlin leaves 02:00 to 03:00 of 2026-03-29 out (01:00 UTC), New York that of 2026-03-08 (07:00 UTC)
    ['Europe/Berlin', '30 2 * * *', '2026-03-28T12:00:00Z', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['Europe/Berlin', '0,30 2 * * *', '2026-03-28T12:00:00Z', ['2026-03-29T01:00', '2026-03-30T00:00']],
    ['America/New_York', '30 2 * * *', '2026-03-07T12:00:00Z', ['2026-03-08T07:00', '2026-03-09T06:30']],
  ])('%s: `%s` fires once after the gap of spring', (zone, line, start, expected) => {
    expect(after(line, zone, start, expected.length)).toEqual(expected);
  });

  it.each<[zone: string, line: string, start: string, expected: string[]]>([
    // Berlin repeats 02:00 to 03:00 of 2026-10-25 (00:00 and 01:00 UTC), New York 01:00 to 02:00 of 2026-11-01 (05:00 and 06:00 UTC)
    ['Europe/Berlin', '30 2 * * *', '2026-10-24T12:00:00Z', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['America/New_York', '30 1 * * *', '2026-10-31T12:00:00Z', ['2026-11-01T05:30', '2026-11-02T06:30']],
    [
      'America/New_York',
      '0,30 1 * * *',
      '2026-10-31T12:00:00Z',
      ['2026-11-01T05:00', '2026-11-01T05:30', '2026-11-02T06:00'],
    ],
  ])('%s: `%s` fires once in the hour that autumn repeats', (zone, line, start, expected) => {
    expect(after(line, zone, start, expected.length)).toEqual(expected);
  });

  it.each<[zone: string, line: string, start: string, expected: string[]]>([
    [
      'Europe/Berlin',
      '*/30 * * * *',
      '2026-03-29T00:00:00Z',
      ['2026-03-29T00:30', '2026-03-29T01:00', '2026-03-29T01:30'],
    ],
    [
      'Europe/Berlin',
      '*/30 2 * * *',
      '2026-10-24T23:00:00Z',
      ['2026-10-25T00:00', '2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30', '2026-10-26T01:00'],
    ],
    [
      'America/New_York',
      '0 * * * *',
      '2026-11-01T04:30:00Z',
      ['2026-11-01T05:00', '2026-11-01T06:00', '2026-11-01T07:00'],
    ],
  ])('%s: `%s` goes by the time that passes', (zone, line, start, expected) => {
    expect(after(line, zone, start, expected.length)).toEqual(expected);
  });

  it('is the same seen from behind', () => {
    expect(before('30 2 * * *', 'Europe/Berlin', '2026-03-30T00:00:00Z', 2)).toEqual([
      '2026-03-29T01:00',
      '2026-03-28T01:30',
    ]);
    expect(before('30 2 * * *', 'Europe/Berlin', '2026-10-26T00:00:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-24T00:30',
    ]);
  });
});

it.each<[string, boolean]>([
  ['Asia/Shanghai', true],
  ['UTC', true],
  ['Asia/Calcutta', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Mars/Olympus', false],
  ['+08:00', false],
  ['', false],
  ['Asia/Shanghai\0', false],
])('%j as a time zone: %s', (name, known) => {
  expect(isTimeZone(name)).toBe(known);
});
