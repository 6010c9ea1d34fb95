import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Fixture, MACHINE, opened, startFixture } from '../../tests/fixture.ts';
import { forgetUnused } from './forget-unused.ts';

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
