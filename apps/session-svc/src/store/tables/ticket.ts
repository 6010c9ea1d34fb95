import type { Ticket } from '@muster/terminal';

/** A ticket, found by its SHA-256: whoever reads the store cannot make one of it. */
export interface TicketTable {
  hash: Uint8Array;
  session_id: string;
  instance_id: string;
  account_uin: string;
  principal: string;
  mode: Ticket['mode'];
  /** Epoch milliseconds. */
  expires_at: number;
  used_at: number | null;
}
