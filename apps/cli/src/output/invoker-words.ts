import { type Invoker, MissedRunPolicy, OverlapPolicy, SchedulePolicy, type ScheduleSettings } from '@muster/contract';
import { formatDuration } from '../domain/duration.ts';
import { selectorWords } from '../where-options.ts';

/** When an invoker fires, in one line. */
export function scheduleWords({ policy, recurrence, invokeTime, timeZone }: ScheduleSettings): string {
  return policy === SchedulePolicy.ONCE
    ? `once${invokeTime ? ` at ${invokeTime}` : ''}`
    : `${recurrence} ${timeZone}`.trim();
}

/** The machines of an invoker, in one line. */
export function whereWords({ instanceIds, selector }: Invoker): string {
  return selector ? selectorWords(selector) : instanceIds.join(' ');
}

/** What happens when slots meet a run that goes on. */
export function overlapWords({ overlapPolicy }: ScheduleSettings): string {
  if (overlapPolicy === OverlapPolicy.SKIP) return 'slots that meet an earlier run are skipped';
  if (overlapPolicy === OverlapPolicy.QUEUE) return 'a slot that meets an earlier run waits for its end';
  return 'slots run beside earlier runs';
}

/** What happens to slots that nobody could fire. */
export function missedWords({ missedRunPolicy, missedRunWindow }: ScheduleSettings): string {
  if (missedRunPolicy !== MissedRunPolicy.RUN_ONE) return 'skipped';
  return `the newest runs${missedRunWindow === undefined ? '' : `, at most ${formatDuration(missedRunWindow * 1_000)} late`}`;
}
