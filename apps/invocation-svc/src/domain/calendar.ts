import { invalid } from '@muster/kernel';
import { Cron } from 'croner';

/** The moments that a crontab line names in its time zone. Times are epoch milliseconds. */
export interface Calendar {
  /** The first ones after a moment, at most `most`; none when it never comes again. */
  after(moment: number, most: number): number[];
  /** The last ones before a moment, newest first, at most `most`. */
  before(moment: number, most: number): number[];
}

/** Numbers, lists, ranges and steps, and the names of months and weekdays: what every cron knows. */
const CLASSIC_FIELD = /^[0-9A-Za-z*,/-]+$/;
const NAME = /[A-Za-z]+/g;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** Which names each of the five fields takes. */
const NAMES: readonly (readonly string[])[] = [[], [], [], MONTHS, WEEKDAYS];

/**
 * The calendar of a five-field crontab line: minute, hour, day of month, month, day of week (0 and 7 are Sunday). Classic cron only: no
 * seconds, no `@daily`, no `L`, `W`, `#` and `?`. When both days are restricted, either one is enough.
 *
 * Where clocks change: a line whose minute and hour name their times fires once on every day that it fires on, in the gap of spring at the
 * first moment after it, in the hour that autumn repeats at its first pass. A line with `*` or a step in either goes by the time that
 * passes: it leaves the gap out and fires in both passes. Refusal: InvalidParameterValue.InvalidCronExpression, also for a line that never
 * comes, such as the 30th of February.
 */
export function cronCalendar(recurrence: string, timeZone: string): Calendar {
  const cron = parse(recurrence, timeZone);
  return {
    after: (moment, most) => cron.nextRuns(most, new Date(moment)).map(Number),
    before: (moment, most) => cron.previousRuns(most, new Date(moment)).map(Number),
  };
}

/** Refuses what is no classic crontab line, or never comes. */
export function checkRecurrence(recurrence: string, timeZone: string, now: number): string {
  const line = recurrence.trim();
  if (cronCalendar(line, timeZone).after(now, 1).length > 0) return line;
  throw malformed(recurrence, 'never comes');
}

function parse(recurrence: string, timeZone: string): Cron {
  const fields = recurrence.trim().split(/\s+/);
  if (fields.length !== NAMES.length || !fields.every(isClassic)) throw malformed(recurrence);
  try {
    return new Cron(fields.join(' '), { mode: '5-part', timezone: timeZone, fixedTimeRule: 'no-wildcard' });
  } catch {
    throw malformed(recurrence);
  }
}

function isClassic(field: string, index: number): boolean {
  const names = field.toUpperCase().match(NAME) ?? [];
  return CLASSIC_FIELD.test(field) && names.every((name) => NAMES[index]!.includes(name));
}

function malformed(given: string, fault = 'is not'): Error {
  return invalid(
    'InvalidParameterValue.InvalidCronExpression',
    'ScheduleSettings.Recurrence',
    `must be five fields of classic cron (minute hour day-of-month month day-of-week), \`${given.slice(0, 80)}\` ${fault}`,
  );
}

/** Whether this is the name of a time zone that the platform knows; offsets such as `+08:00` are none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
