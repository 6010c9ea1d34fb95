/** How long a ticket may wait to be used. */
export const TICKET_MS = 30_000;

/** What is stored of a ticket: whoever reads the store cannot make a ticket of it. */
export interface Ticket {
  readonly sessionId: string;
  readonly instanceId: string;
  /** Who may use it: a root account, and kind and uin of somebody in it (a role may have the uin of a user). */
  readonly accountUin: string;
  readonly principal: string;
  readonly mode: 'open' | 'resume' | 'watch' | 'drive';
  readonly expiresAt: number;
  readonly usedAt?: number;
}

/** Who brings a ticket, as the bearer token beside it says. */
export interface Bearer {
  readonly accountUin: string;
  readonly principal: string;
}

/** Why a ticket is refused; for the log only: outside they all look the same. */
export type TicketFault = 'unknown' | 'foreign' | 'used' | 'expired';

/** Whether this text can be a ticket at all: 32 bytes in base64url. */
export function looksLikeTicket(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** What speaks against using this ticket now, if anything does. The store marks it as used in the transaction that asks. */
export function ticketFault(ticket: Ticket | undefined, bearer: Bearer, now: number): TicketFault | undefined {
  if (!ticket) return 'unknown';
  const { accountUin, principal, usedAt, expiresAt } = ticket;
  if (accountUin !== bearer.accountUin || principal !== bearer.principal) return 'foreign';
  if (usedAt !== undefined) return 'used';
  return now >= expiresAt ? 'expired' : undefined;
}
