import { createHash, randomBytes } from 'node:crypto';
import { type Bearer, TICKET_MS, type Ticket, type TicketFault, ticketFault } from '@muster/terminal';
import type { Kysely, Transaction } from 'kysely';
import type { SessionSchema } from './schema.ts';
import type { TicketTable } from './tables/ticket.ts';

/** A ticket as its owner gets it, this once. */
export interface IssuedTicket {
  /** 32 bytes in base64url. */
  readonly text: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Tickets, each known by its SHA-256 only. */
export class TicketStore {
  readonly #db: Kysely<SessionSchema>;

  constructor(db: Kysely<SessionSchema>) {
    this.#db = db;
  }

  /** A new ticket. */
  async issue(what: Omit<Ticket, 'expiresAt' | 'usedAt'>, now: number): Promise<IssuedTicket> {
    const text = randomBytes(32).toString('base64url');
    const expiresAt = now + TICKET_MS;
    await this.#db
      .insertInto('ticket')
      .values({
        hash: hashOf(text),
        session_id: what.sessionId,
        instance_id: what.instanceId,
        account_uin: what.accountUin,
        principal: what.principal,
        mode: what.mode,
        expires_at: expiresAt,
        used_at: null,
      })
      .execute();
    return { text, expiresAt };
  }

  /** Forgets those that nobody can use any more. */
  async forgetExpired(now: number): Promise<void> {
    await this.#db.deleteFrom('ticket').where('expires_at', '<=', now).execute();
  }
}

/**
 * Takes a ticket for good, or says what speaks against it. Within the transaction that does what it is good for: both are committed, or
 * the ticket is as unused as before.
 */
export async function redeemTicket(
  trx: Transaction<SessionSchema>,
  text: string,
  { bearer, now }: { readonly bearer: Bearer; readonly now: number },
): Promise<Ticket | TicketFault> {
  const hash = hashOf(text);
  const row = await trx.selectFrom('ticket').selectAll().where('hash', '=', hash).executeTakeFirst();
  const ticket = row && fromRow(row);
  const fault = ticketFault(ticket, bearer, now);
  if (fault) return fault;
  await trx.updateTable('ticket').set({ used_at: now }).where('hash', '=', hash).execute();
  return { ...ticket!, usedAt: now };
}

function hashOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

function fromRow(row: TicketTable): Ticket {
  return {
    sessionId: row.session_id,
    instanceId: row.instance_id,
    accountUin: row.account_uin,
    principal: row.principal,
    mode: row.mode,
    expiresAt: row.expires_at,
    ...(row.used_at !== null && { usedAt: row.used_at }),
  };
}
