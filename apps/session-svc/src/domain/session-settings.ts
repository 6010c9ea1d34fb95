import { invalid } from '@muster/kernel';

/** How an account's sessions are kept and limited. */
export interface SessionSettings {
  readonly recordOutput: boolean;
  readonly recordInput: boolean;
  readonly recordingDays: number;
  /** Compressed. */
  readonly recordingMegabytes: number;
  readonly idleSeconds: number;
  readonly longestSeconds: number;
}

/** What counts until an account says otherwise. */
export const DEFAULT_SETTINGS: SessionSettings = {
  recordOutput: true,
  recordInput: false,
  recordingDays: 90,
  recordingMegabytes: 10_240,
  idleSeconds: 900,
  longestSeconds: 43_200,
};

/** What an account has set; absent is not set. */
export type SettingsChange = { readonly [K in keyof SessionSettings]?: SessionSettings[K] | undefined };

const RANGES = [
  ['recordingDays', 'RecordingDays', 3_650, 1, 'days'],
  ['recordingMegabytes', 'RecordingMegabytes', 1_048_576, 1, 'MB'],
  ['idleSeconds', 'IdleSeconds', 86_400, 60, 'seconds'],
  ['longestSeconds', 'LongestSeconds', 604_800, 60, 'seconds'],
] as const;

/** Refusals: MissingParameter when nothing is changed, InvalidParameterValue.Range. */
export function checkSettings(given: SettingsChange): SettingsChange {
  if (Object.values(given).every((value) => value === undefined)) {
    throw invalid('MissingParameter', 'Settings', 'must change something, nothing was given');
  }
  for (const [name, field, most, least, unit] of RANGES) {
    const value = given[name];
    if (value === undefined || (value >= least && value <= most)) continue;
    throw invalid(
      'InvalidParameterValue.Range',
      `Settings.${field}`,
      `must be ${least} to ${most} ${unit}, was ${value}`,
    );
  }
  return given;
}
