import { expect, it } from 'vitest';
import { looksLikeTicket, TICKET_MS, type Ticket, ticketFault } from './ticket.ts';

const ana = { accountUin: '100', principal: 'user/101' };
const ticket: Ticket = { ...ana, sessionId: 'ses-1', instanceId: 'ins-1', mode: 'open', expiresAt: TICKET_MS };

it('T16: a ticket is for one person, one use and thirty seconds', () => {
  expect(ticketFault(ticket, ana, 0)).toBeUndefined();
  expect(ticketFault(ticket, ana, TICKET_MS - 1)).toBeUndefined();
  expect(ticketFault(ticket, ana, TICKET_MS)).toBe('expired');
  expect(ticketFault({ ...ticket, usedAt: 0 }, ana, 1)).toBe('used');
  expect(ticketFault(ticket, { ...ana, principal: 'role/101' }, 0)).toBe('foreign');
  expect(ticketFault(ticket, { ...ana, accountUin: '200' }, 0)).toBe('foreign');
  expect(ticketFault(undefined, ana, 0)).toBe('unknown');
});

it('is looked up only when it can be one', () => {
  expect(looksLikeTicket(Buffer.alloc(32, 255).toString('base64url'))).toBe(true);
  for (const text of ['', 'x'.repeat(42), 'x'.repeat(44), `${'x'.repeat(42)}=`, `${'x'.repeat(43)}\n`])
    expect(looksLikeTicket(text)).toBe(false);
});
