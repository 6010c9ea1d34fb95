import { invalid } from '@muster/kernel';
import { checkRecurrence, cronCalendar, isTimeZone } from './calendar.ts';

/** How often a schedule fires. */
export type SchedulePolicy = 'ONCE' | 'RECURRENCE';
/** What happens when a slot comes while the run of an earlier one has not ended. */
export type OverlapPolicy = 'ALLOW' | 'SKIP' | 'QUEUE';
/** What happens to slots that passed while nobody could fire them. */
export type MissedRunPolicy = 'SKIP' | 'RUN_ONE';

/** When something fires. The moments of a schedule are its slots, epoch milliseconds. */
export interface Schedule {
  readonly policy: SchedulePolicy;
  /** Five fields of cron; empty with ONCE. */
  readonly recurrence: string;
  /** The slot of ONCE; undefined with RECURRENCE. */
  readonly invokeAt: number | undefined;
  /** IANA. */
  readonly timeZone: string;
  readonly overlapPolicy: OverlapPolicy;
  readonly missedRunPolicy: MissedRunPolicy;
  /** How old a missed slot may be that still fires, seconds. */
  readonly missedRunWindow: number;
}

/** A schedule as a request gives it. */
export interface GivenSchedule extends Omit<Schedule, 'policy' | 'invokeAt' | 'missedRunWindow'> {
  /** Undefined when it was not given. */
  readonly policy: SchedulePolicy | undefined;
  readonly invokeTime: string;
  readonly missedRunWindow?: number | undefined;
}

/** TAT's only zone is Beijing's. */
export const TIME_ZONE_DEFAULT = 'Asia/Shanghai';
export const MISSED_RUN_WINDOW_DEFAULT_SECONDS = 3_600;
/** A week. */
export const MISSED_RUN_WINDOW_MAX_SECONDS = 604_800;
/** How late a slot may fire and still count as on time, so that a restart of the service misses none. */
export const ON_TIME_MS = 60_000;
/** Missed slots of one gap that are recorded each for itself. */
export const MISSED_RECORDED_MOST = 100;

/**
 * ScheduleSettings (spec section 9); what its policy does not use is left out, so that what was answered may be sent back. Refusals:
 * InvalidParameter for a policy or time zone that is none, InvalidParameterValue.InvalidCronExpression, .InvalidTimeFormat,
 * .InvokeTimeExpired, .Range.
 */
export function checkSchedule(given: GivenSchedule, now: number): Schedule {
  const { policy, overlapPolicy, missedRunPolicy } = given;
  const timeZone = checkTimeZone(given.timeZone);
  const shared = { timeZone, overlapPolicy, missedRunPolicy, missedRunWindow: checkWindow(given.missedRunWindow) };
  switch (policy) {
    case 'ONCE':
      return { policy, recurrence: '', invokeAt: checkInvokeTime(given.invokeTime, now), ...shared };
    case 'RECURRENCE':
      return { policy, recurrence: checkRecurrence(given.recurrence, timeZone, now), invokeAt: undefined, ...shared };
    default:
      throw invalid('InvalidParameter', 'ScheduleSettings.Policy', 'must be ONCE or RECURRENCE, was neither');
  }
}

function checkTimeZone(given: string): string {
  if (given === '') return TIME_ZONE_DEFAULT;
  if (isTimeZone(given)) return given;
  throw invalid(
    'InvalidParameter',
    'ScheduleSettings.TimeZone',
    `must be an IANA time zone such as \`Europe/Berlin\`, was \`${given.slice(0, 80)}\``,
  );
}

function checkWindow(given: number = MISSED_RUN_WINDOW_DEFAULT_SECONDS): number {
  if (Number.isInteger(given) && given >= 1 && given <= MISSED_RUN_WINDOW_MAX_SECONDS) return given;
  throw invalid(
    'InvalidParameterValue.Range',
    'ScheduleSettings.MissedRunWindow',
    `must be 1 to ${MISSED_RUN_WINDOW_MAX_SECONDS} seconds, was ${given}`,
  );
}

const ISO_WITH_OFFSET =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

function checkInvokeTime(given: string, now: number): number {
  const field = 'ScheduleSettings.InvokeTime';
  const day = ISO_WITH_OFFSET.exec(given)?.[1];
  // the 30th of February would be read as the 2nd of March, and the 40th as no date: `null` in JSON
  const isDay = JSON.stringify(new Date(`${day}T00:00:00Z`)) === `"${day}T00:00:00.000Z"`;
  if (!isDay) {
    throw invalid(
      'InvalidParameterValue.InvalidTimeFormat',
      field,
      `must be ISO 8601 with an offset such as \`2030-01-31T08:00:00+08:00\`, was \`${given.slice(0, 80)}\``,
    );
  }
  const at = Math.floor(Date.parse(given) / 1_000) * 1_000;
  if (at > now) return at;
  throw invalid('InvalidParameterValue.InvokeTimeExpired', field, `must be in the future, was \`${given}\``);
}

/** The slots after a moment, at most `most`. */
export function slotsAfter({ policy, recurrence, invokeAt, timeZone }: Schedule, moment: number, most = 1): number[] {
  if (policy === 'RECURRENCE') return cronCalendar(recurrence, timeZone).after(moment, most);
  return invokeAt !== undefined && invokeAt > moment ? [invokeAt] : [];
}

/** What has come of a schedule since somebody looked. */
export interface DueSlots {
  /** The one to fire. */
  readonly fire: number | undefined;
  /** Those that are over, newest first. */
  readonly missed: readonly number[];
  /** The oldest of more missed ones than are listed; it stands for all that came before the last of `missed`. */
  readonly missedSince: number | undefined;
  /** When there is something to do again. */
  readonly next: number | undefined;
}

/**
 * The slots from `first`, which is one, up to `now`. The newest fires when it is on time, or by RUN_ONE within the window; every other
 * one was missed.
 */
export function dueSlots(schedule: Schedule, { first, now }: { first: number; now: number }): DueSlots {
  const [next] = slotsAfter(schedule, now);
  // one past what is recorded, and one that may fire
  const slots = [...slotsBetween(schedule, { first, now, most: MISSED_RECORDED_MOST + 2 }), first];
  const [newest] = slots;
  const fire = newest !== undefined && now < latestStart(schedule, newest) ? newest : undefined;
  const over = fire === undefined ? slots : slots.slice(1);
  const all = over.length <= MISSED_RECORDED_MOST;
  return {
    fire,
    missed: all ? over : over.slice(0, MISSED_RECORDED_MOST - 1),
    missedSince: all ? undefined : first,
    next,
  };
}

/** Until when a slot may start; from then on it was missed. */
export function latestStart({ missedRunPolicy, missedRunWindow }: Schedule, slot: number): number {
  return slot + Math.max(ON_TIME_MS, missedRunPolicy === 'RUN_ONE' ? missedRunWindow * 1_000 + 1 : 0);
}

/** The slots after `first` and up to `now`, newest first, at most `most`. */
function slotsBetween(
  { policy, recurrence, timeZone }: Schedule,
  { first, now, most }: { first: number; now: number; most: number },
): number[] {
  if (policy !== 'RECURRENCE') return [];
  const calendar = cronCalendar(recurrence, timeZone);
  // a slot that is on time is the newest, and each look further back costs as much as this one
  const [newest = first] = calendar.before(now + 1, 1);
  return newest > first ? calendar.before(now + 1, most).filter((slot) => slot > first) : [];
}

/** What becomes of a slot while an earlier run goes on; one slot waits at most. */
export function overlap(
  policy: OverlapPolicy,
  { running, waiting }: { running: boolean; waiting: boolean },
): 'FIRE' | 'WAIT' | 'SKIP' {
  if (!running || policy === 'ALLOW') return 'FIRE';
  return policy === 'QUEUE' && !waiting ? 'WAIT' : 'SKIP';
}
