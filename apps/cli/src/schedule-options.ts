import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  MissedRunPolicy,
  OverlapPolicy,
  SchedulePolicy,
  type ScheduleSettings,
  type ScheduleSettingsSchema,
} from '@muster/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { seconds } from './option-values.ts';
import { Stop } from './stop.ts';

const OVERLAP = {
  allow: OverlapPolicy.ALLOW,
  skip: OverlapPolicy.SKIP,
  queue: OverlapPolicy.QUEUE,
} as const;

const MISSED = {
  skip: MissedRunPolicy.SKIP,
  'run-one': MissedRunPolicy.RUN_ONE,
} as const;

/** When an invoker fires, as it is typed. */
export interface ScheduleOptions {
  readonly cron?: string;
  /** ISO 8601 with offset. */
  readonly at?: string;
  readonly timeZone?: string;
  readonly overlap?: keyof typeof OVERLAP;
  readonly missed?: keyof typeof MISSED;
  /** Seconds. */
  readonly missedWindow?: number;
}

/** Adds the options. */
export function addScheduleOptions(command: Command): void {
  command
    .option('--cron <fields>', "again and again: minute hour day month weekday, such as '30 4 * * *'")
    .option('--at <time>', 'once: 2026-01-31T04:30:00+08:00; without a zone your own counts', instant)
    .option('--time-zone <zone>', 'the zone of --cron, such as Europe/Berlin; Asia/Shanghai when not given')
    .addOption(
      new Option(
        '--overlap <policy>',
        'a slot that comes while an earlier run goes on: allow both, skip or queue it',
      ).choices(Object.keys(OVERLAP)),
    )
    .addOption(
      new Option('--missed <policy>', 'slots that passed while nobody could fire them: skip them, or run one').choices(
        Object.keys(MISSED),
      ),
    )
    .option('--missed-window <duration>', 'how late --missed run-one may be; 1h when not given', seconds);
}

/**
 * The schedule that options make of the one that there is; undefined when they say nothing about it. A schedule is replaced as a whole,
 * so what is not said stays as it was.
 */
export function scheduleFrom(
  options: ScheduleOptions,
  known?: ScheduleSettings,
): MessageInitShape<typeof ScheduleSettingsSchema> | undefined {
  const { cron, at, timeZone, overlap, missed, missedWindow } = options;
  if (cron !== undefined && at !== undefined) throw new Stop('--cron and --at are two schedules', { hint: 'give one' });
  if (Object.values({ cron, at, timeZone, overlap, missed, missedWindow }).every((each) => each === undefined)) {
    return undefined;
  }
  const once = at !== undefined || (cron === undefined && known?.policy === SchedulePolicy.ONCE);
  const window = missedWindow ?? known?.missedRunWindow;
  return {
    ...(once
      ? { policy: SchedulePolicy.ONCE, invokeTime: at ?? known?.invokeTime ?? '' }
      : {
          policy: SchedulePolicy.RECURRENCE,
          recurrence: cron ?? known?.recurrence ?? '',
          timeZone: timeZone ?? known?.timeZone ?? '',
        }),
    overlapPolicy: overlap ? OVERLAP[overlap] : (known?.overlapPolicy ?? OverlapPolicy.UNSPECIFIED),
    missedRunPolicy: missed ? MISSED[missed] : (known?.missedRunPolicy ?? MissedRunPolicy.UNSPECIFIED),
    ...(window === undefined ? {} : { missedRunWindow: window }),
  };
}

/** A time as TAT takes it; one without a zone is the reader's own. */
function instant(value: string): string {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$/;
  const time = new Date(value);
  if (!form.test(value) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('It must be such as 2026-01-31T04:30:00+08:00.');
  }
  return `${time.toISOString().slice(0, 19)}+00:00`;
}
