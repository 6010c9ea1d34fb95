import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, MACHINE, opened, startFixture } from '../../tests/fixture.ts';
import { expireRecordings } from './expire-recordings.ts';
import { sealRecordings } from './seal-recordings.ts';

const DAY_MS = 86_400_000;

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.machines.known.set(MACHINE, {});
});
afterEach(() => fixture[Symbol.asyncDispose]());

/** Text that hardly gets shorter. */
const noise = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('base64');

async function recorded({ open = false, kilobytes = 0, credential = 'user' } = {}): Promise<string> {
  fixture.clock.ms += 60_000;
  const sessionId = await opened(fixture, credential);
  const recorder = await fixture.record(sessionId);
  recorder.output(Buffer.from('needle\r\n'));
  for (let at = 0; at < kilobytes; at += 30) recorder.output(Buffer.from(noise(30_000)));
  await (open ? recorder.close() : recorder.seal());
  return sessionId;
}
const kept = async () => {
  const rows = await fixture.db.selectFrom('recording').select('session_id').orderBy('recording_number').execute();
  return rows.map((row) => row.session_id);
};

describe('recordings', () => {
  it('go when they are older than their account keeps them, with all that finds them', async () => {
    const [old, open] = [await recorded(), await recorded({ open: true })];
    await fixture.as('user').searchRecordings({ query: 'needle' });
    const sealed = fixture.clock.ms - 60_000;
    await expireRecordings(fixture.db, sealed + 90 * DAY_MS - 1);
    expect(await kept()).toEqual([old, open]);
    await expireRecordings(fixture.db, sealed + 365 * DAY_MS);
    expect(await kept()).toEqual([open]);
    const { hits } = await fixture.as('user').searchRecordings({ query: 'needle' });
    expect(hits.map(({ recording }) => recording!.sessionId)).toEqual([open]);
    const left = await sql<{
      n: number;
    }>`select count(*) as n from recording_text where recording_text match '"nee"'`.execute(fixture.db);
    expect(left.rows).toEqual([{ n: 1 }]);
    expect(await fixture.db.selectFrom('recording_passage').select('passage_id').execute()).toHaveLength(1);
    expect(await fixture.db.selectFrom('recording_chunk').select('number').execute()).toHaveLength(1);
  });

  it('go, the oldest first, when there is more than their account keeps, and never those of open sessions', async () => {
    await fixture.as('root').modifySessionSettings({ settings: { recordingMegabytes: 1 } });
    const open = await recorded({ open: true, kilobytes: 390 });
    for (let older = 0; older < 2; older++) await recorded({ kilobytes: 390 });
    const newest = await recorded({ kilobytes: 390 });
    await expireRecordings(fixture.db, fixture.clock.ms);
    expect(await kept()).toEqual([open, newest]);
  });

  it('are counted for their own account only', async () => {
    await fixture.as('root').modifySessionSettings({ settings: { recordingDays: 1 } });
    fixture.machines.known.set('ins-0foreign', { accountUin: '100000000002' });
    const { ticket } = await fixture.as('root@100000000002').openSession({ instanceId: 'ins-0foreign' });
    const foreign = await fixture.record(ticket!.sessionId);
    foreign.output(Buffer.from('theirs'));
    await foreign.seal();
    await recorded();
    await expireRecordings(fixture.db, fixture.clock.ms + 2 * DAY_MS);
    expect(await kept()).toEqual([ticket!.sessionId]);
  });
});

describe('a recording that nobody sealed', () => {
  const errors: string[] = [];
  const seal = () =>
    sealRecordings(fixture.db, { recorders: fixture.recorders, onError: (_, sessionId) => errors.push(sessionId) });
  const sealed = async () => {
    const rows = await fixture.db.selectFrom('recording').select(['session_id', 'sealed_at']).execute();
    return rows.filter((row) => row.sealed_at !== null).map((row) => row.session_id);
  };

  it('is sealed once its session is over', async () => {
    const [over, open] = [await recorded({ open: true }), await recorded({ open: true })];
    await fixture.happen(over, { event: 'redeem' }, { event: 'finish', reason: 'MACHINE_LOST' });
    await seal();
    expect(await sealed()).toEqual([over]);
    expect(await kept()).toEqual([over, open]);
  });

  it('is not sealed when it was changed', async () => {
    const over = await recorded({ open: true });
    await fixture.happen(over, { event: 'redeem' }, { event: 'finish', reason: 'MACHINE_LOST' });
    await fixture.db.updateTable('recording_chunk').set({ hash: new Uint8Array() }).execute();
    await seal();
    expect([await sealed(), errors]).toEqual([[], [over]]);
  });
});
