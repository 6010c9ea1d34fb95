import type { EndReason, SessionState } from '@muster/terminal';
import type { SessionKindName } from '../../domain/session-kind.ts';

/** A session, open or over. Times are epoch milliseconds. */
export interface SessionTable {
  session_id: string;
  account_uin: string;
  instance_id: string;
  /** The machine's NATS account. */
  tenant: string;
  kind: SessionKindName;
  /** FORWARD: `host:port`; empty otherwise. */
  forward_to: string;
  username: string;
  working_directory: string;
  create_uin: string;
  /** Who opened it, as its tickets say: kind and uin. */
  principal: string;
  reason: string;
  columns: number;
  rows: number;
  grace_ms: number;
  idle_ms: number;
  longest_ms: number;
  /** 0 or 1, as the account's settings were when it was opened. */
  record_output: number;
  record_input: number;
  state: SessionState;
  created_at: number;
  /** When the state began. */
  since: number;
  started_at: number | null;
  active_at: number;
  cut_at: number | null;
  /** Why it ends, from the moment that it has to. */
  end_reason: EndReason | null;
  error_info: string;
  exit_code: number | null;
  ended_at: number | null;
  /** Raised by every attach. */
  turn: number;
  /** Messages to the machine are numbered; a restart of the service goes on well above this. */
  sequence: number;
  /** The session's Ed25519 private key, sealed; null before the ticket is redeemed and after the end. */
  frame_key: Uint8Array | null;
}
