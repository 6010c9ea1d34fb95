import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Fixture, MACHINE, opened, startFixture } from '../../tests/fixture.ts';
import { sessionRow } from '../../tests/sessions.ts';
import { SessionStore } from '../store/session-store.ts';
import { FORWARDED_FOR_MS, forgetUnused } from './forget-unused.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.machines.known.set(MACHINE, {});
});
afterEach(() => fixture[Symbol.asyncDispose]());

it('ends what nobody opened in half a minute, tells of it and forgets its ticket', async () => {
  const [unused, used] = [await opened(fixture), await opened(fixture)];
  await fixture.happen(used, { event: 'redeem' });
  const begun = fixture.clock.ms;
  await forgetUnused(fixture.db, begun + 29_999);
  expect(await fixture.row(unused)).toMatchObject({ state: 'PENDING' });
  await forgetUnused(fixture.db, begun + 30_000);
  await forgetUnused(fixture.db, begun + 60_000);
  expect(await fixture.row(unused)).toMatchObject({ state: 'ENDED', end_reason: 'NOT_USED' });
  expect(await fixture.row(used)).toMatchObject({ state: 'STARTING' });
  expect((await fixture.told()).map(({ verb }) => verb)).toEqual(['opened', 'opened', 'ended']);
  expect(await fixture.db.selectFrom('ticket').selectAll().execute()).toEqual([]);
});

it('forgets connections that are over for a month, and no other session', async () => {
  const store = new SessionStore(fixture.db);
  const ended = { state: 'ENDED', created_at: 0, ended_at: 1_000 } as const;
  const old = sessionRow({ ...ended, kind: 'FORWARD' });
  const kept = [
    sessionRow({ ...ended, kind: 'FORWARD', ended_at: 1_001 }),
    sessionRow({ kind: 'FORWARD', state: 'CONNECTED', created_at: 0 }),
    sessionRow(ended),
    sessionRow({ ...ended, kind: 'FILES' }),
  ];
  for (const row of [old, ...kept]) await store.insert(row);
  await forgetUnused(fixture.db, 1_001 + FORWARDED_FOR_MS);
  const left = await fixture.db.selectFrom('session').select('session_id').orderBy('session_id').execute();
  expect(left).toEqual(kept.map(({ session_id }) => ({ session_id })));
});
