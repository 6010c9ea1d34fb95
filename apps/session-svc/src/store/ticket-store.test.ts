import { ACCOUNT_UIN } from '@muster/testkit';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryStore, sessionRow } from '../../tests/sessions.ts';
import type { SessionSchema } from './schema.ts';
import { SessionStore } from './session-store.ts';
import { redeemTicket, TicketStore } from './ticket-store.ts';

const NOW = 1_000;
const row = sessionRow();
const bearer = { accountUin: ACCOUNT_UIN, principal: row.principal };
const what = { sessionId: row.session_id, instanceId: row.instance_id, ...bearer, mode: 'open' } as const;

let db: Kysely<SessionSchema>;
let tickets: TicketStore;
beforeEach(async () => {
  db = await memoryStore();
  await new SessionStore(db).insert(row);
  tickets = new TicketStore(db);
});
afterEach(() => db.destroy());

const redeem = (text: string, by = bearer, now = NOW) =>
  db.transaction().execute((trx) => redeemTicket(trx, text, { bearer: by, now }));

describe('a ticket', () => {
  it('is good for half a minute and once', async () => {
    const { text, expiresAt } = await tickets.issue(what, NOW);
    expect(text).toMatch(/^[\w-]{43}$/);
    expect(expiresAt).toBe(NOW + 30_000);
    expect(await redeem(text, bearer, expiresAt)).toBe('expired');
    expect(await redeem(text)).toEqual({ ...what, expiresAt, usedAt: NOW });
    expect(await redeem(text)).toBe('used');
  });

  it('is taken by one of those who bring it at the same time', async () => {
    const { text } = await tickets.issue(what, NOW);
    const outcomes = await Promise.all([1, 2, 3].map(() => redeem(text)));
    expect(outcomes.filter((outcome) => outcome === 'used')).toHaveLength(2);
  });

  it('is unused as before when what it was good for fails', async () => {
    const { text } = await tickets.issue(what, NOW);
    const failing = db.transaction().execute(async (trx) => {
      await redeemTicket(trx, text, { bearer, now: NOW });
      throw new Error('no shell');
    });
    await expect(failing).rejects.toThrow('no shell');
    expect(await redeem(text)).toMatchObject({ sessionId: row.session_id });
  });

  it('is worth nothing to anybody else, and then stays good', async () => {
    const { text } = await tickets.issue(what, NOW);
    expect(await redeem(text, { ...bearer, principal: 'root:1' })).toBe('foreign');
    expect(await redeem(text, { ...bearer, accountUin: '100000000002' })).toBe('foreign');
    expect(await redeem('x'.repeat(43))).toBe('unknown');
    expect(await redeem(text)).toMatchObject({ mode: 'open' });
  });

  it('cannot be made of what is stored', async () => {
    const { text } = await tickets.issue(what, NOW);
    const stored = await db.selectFrom('ticket').selectAll().executeTakeFirstOrThrow();
    expect(JSON.stringify(stored)).not.toContain(text);
    expect(stored.hash).toHaveLength(32);
  });

  it('is forgotten once nobody can use it', async () => {
    const { text, expiresAt } = await tickets.issue(what, NOW);
    await tickets.forgetExpired(expiresAt - 1);
    expect(await redeem(text)).toMatchObject({ mode: 'open' });
    await tickets.forgetExpired(expiresAt);
    expect(await redeem(text)).toBe('unknown');
  });
});
