import type { WithOutbox, WithVaultCheck } from '@muster/db';
import type { AccountSettingsTable } from './tables/account-settings.ts';
import type { RecordingChunkTable, RecordingPassageTable, RecordingTable } from './tables/recording.ts';
import type { SessionTable } from './tables/session.ts';
import type { TicketTable } from './tables/ticket.ts';

/** The tables of session.db. */
export interface SessionSchema extends WithOutbox, WithVaultCheck {
  session: SessionTable;
  ticket: TicketTable;
  account_settings: AccountSettingsTable;
  recording: RecordingTable;
  recording_chunk: RecordingChunkTable;
  recording_passage: RecordingPassageTable;
}
