import { type SessionSettings, SessionSettingsSchema } from '@muster/contract';
import { InvalidArgumentError } from 'commander';
import { formatDuration } from '../../domain/duration.ts';
import { count, seconds } from '../../option-values.ts';
import { printFields } from '../../output/table.ts';
import { toTatJson } from '../../output/to-json.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly recordOutput?: boolean;
  readonly recordInput?: boolean;
  readonly keepDays?: number;
  readonly keepMegabytes?: number;
  readonly idle?: number;
  readonly longest?: number;
}

/** `muster session settings`: shows how the account's sessions are recorded and limited, and changes what is given. */
export const sessionSettings = verb<Options, []>({
  configure(command) {
    command
      .option('--record-output <yes|no>', 'whether what is printed is recorded', yesOrNo)
      .option('--record-input <yes|no>', 'whether what is typed is recorded too, but for what is not echoed', yesOrNo)
      .option('--keep-days <number>', 'so many days a recording is kept, 1 to 3650', count)
      .option('--keep-megabytes <number>', 'all recordings take at most so much; the oldest go first', count)
      .option('--idle <duration>', 'a session ends after so long without input and output', seconds)
      .option('--longest <duration>', 'no session is longer', seconds)
      .addHelpText('after', '\nOpen sessions keep what they began with.');
  },
  examples: [
    'muster session settings',
    'muster session settings --record-input yes --keep-days 30 --keep-megabytes 2048 --idle 30m --longest 8h',
  ],
  async run(app, { recordOutput, recordInput, keepDays, keepMegabytes, idle, longest }) {
    const session = await app.connect();
    const changes = Object.entries({
      ...{ recordOutput, recordInput, recordingDays: keepDays, recordingMegabytes: keepMegabytes },
      ...{ idleSeconds: idle, longestSeconds: longest },
    }).filter(([, value]) => value !== undefined);
    const { settings } =
      changes.length === 0
        ? await session.shells.describeSessionSettings({})
        : await session.shells.modifySessionSettings({ settings: Object.fromEntries(changes) });
    if (app.json) app.printJson(settings ? toTatJson(SessionSettingsSchema, settings) : null);
    else if (settings) printFields(app.terminal.out, fieldsOf(settings));
    return undefined;
  },
});

function fieldsOf(settings: SessionSettings): [string, string][] {
  const {
    recordOutput,
    recordInput,
    recordingDays,
    recordingMegabytes,
    idleSeconds = 0,
    longestSeconds = 0,
  } = settings;
  return [
    ['record output', recordOutput ? 'yes' : 'no'],
    ['record input', recordInput ? 'yes' : 'no'],
    ['keep', `${recordingDays} days, ${recordingMegabytes} MB in all`],
    ['idle', formatDuration(idleSeconds * 1_000)],
    ['longest', formatDuration(longestSeconds * 1_000)],
  ];
}

function yesOrNo(value: string): boolean {
  if (value !== 'yes' && value !== 'no') throw new InvalidArgumentError('It must be yes or no.');
  return value === 'yes';
}
