import type { Kysely } from 'kysely';
import { DEFAULT_SETTINGS, type SessionSettings, type SettingsChange } from '../domain/session-settings.ts';
import type { SessionSchema } from './schema.ts';
import type { AccountSettingsTable } from './tables/account-settings.ts';

/** What accounts have set about their sessions. */
export class SettingsStore {
  readonly #db: Kysely<SessionSchema>;

  constructor(db: Kysely<SessionSchema>) {
    this.#db = db;
  }

  /** The settings of an account as they count. */
  async of(accountUin: string): Promise<SessionSettings> {
    const row = await this.#db
      .selectFrom('account_settings')
      .selectAll()
      .where('account_uin', '=', accountUin)
      .executeTakeFirst();
    return row ? fromRow(row) : DEFAULT_SETTINGS;
  }

  /** Sets what is given; the rest stays as it was. */
  async change(accountUin: string, given: SettingsChange): Promise<void> {
    const row = toRow(given);
    const set = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
    await this.#db
      .insertInto('account_settings')
      .values({ ...row, account_uin: accountUin })
      .onConflict((conflict) => conflict.column('account_uin').doUpdateSet(set))
      .execute();
  }
}

function toRow(given: SettingsChange): Omit<AccountSettingsTable, 'account_uin'> {
  const flag = (value: boolean | undefined) => (value === undefined ? null : Number(value));
  return {
    record_output: flag(given.recordOutput),
    record_input: flag(given.recordInput),
    recording_days: given.recordingDays ?? null,
    recording_megabytes: given.recordingMegabytes ?? null,
    idle_seconds: given.idleSeconds ?? null,
    longest_seconds: given.longestSeconds ?? null,
  };
}

function fromRow(row: AccountSettingsTable): SessionSettings {
  const flag = (value: number | null, otherwise: boolean) => (value === null ? otherwise : value === 1);
  return {
    recordOutput: flag(row.record_output, DEFAULT_SETTINGS.recordOutput),
    recordInput: flag(row.record_input, DEFAULT_SETTINGS.recordInput),
    recordingDays: row.recording_days ?? DEFAULT_SETTINGS.recordingDays,
    recordingMegabytes: row.recording_megabytes ?? DEFAULT_SETTINGS.recordingMegabytes,
    idleSeconds: row.idle_seconds ?? DEFAULT_SETTINGS.idleSeconds,
    longestSeconds: row.longest_seconds ?? DEFAULT_SETTINGS.longestSeconds,
  };
}
