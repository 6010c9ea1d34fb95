import { ACCOUNT_UIN } from '@muster/testkit';
import { type Kysely, type SqlBool, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryStore, sessionRow } from '../../tests/sessions.ts';
import type { SessionSchema } from './schema.ts';
import { countOpen, openedAt } from './session-counts.ts';
import { SessionStore } from './session-store.ts';
import type { SessionTable } from './tables/session.ts';

const OTHER = '100000000002';
const all = sql<SqlBool>`1`;
const page = { limit: 100, offset: 0 };

let db: Kysely<SessionSchema>;
let store: SessionStore;
beforeEach(async () => {
  db = await memoryStore();
  store = new SessionStore(db);
});
afterEach(() => db.destroy());

async function inserted(given: Partial<SessionTable> = {}): Promise<SessionTable> {
  const row = sessionRow(given);
  await store.insert(row);
  return row;
}
const stored = async (row: SessionTable) => store.find(row.account_uin, row.session_id);

describe('a session', () => {
  it('is found by its own account alone', async () => {
    const row = await inserted();
    expect(await store.find(ACCOUNT_UIN, row.session_id)).toEqual(row);
    expect(await store.find(OTHER, row.session_id)).toBeUndefined();
    expect(await store.byIds(OTHER, [row.session_id])).toEqual([]);
    expect(await store.byIds(ACCOUNT_UIN, [row.session_id, 'ses-nowhere0'])).toEqual([row]);
  });

  it('goes through its life, and keeps no key behind it', async () => {
    const pending = await inserted();
    const key = Uint8Array.of(1, 2, 3);
    const starting = (await store.apply(pending, { event: 'redeem', also: { frame_key: key } }, 2_000))!;
    expect(starting).toMatchObject({ state: 'STARTING', since: 2_000 });
    const connected = (await store.apply(starting, { event: 'start', also: { turn: 1 } }, 3_000))!;
    expect(connected).toMatchObject({ state: 'CONNECTED', started_at: 3_000, active_at: 3_000, turn: 1 });
    const detached = (await store.apply(connected, { event: 'detach' }, 4_000))!;
    expect(detached).toMatchObject({ state: 'DETACHED', cut_at: 4_000 });
    const back = (await store.apply(detached, { event: 'attach', also: { turn: 2 } }, 5_000))!;
    expect(back).toMatchObject({ state: 'CONNECTED', cut_at: null, turn: 2 });
    const ending = (await store.apply(back, { event: 'stop', reason: 'IDLE' }, 6_000))!;
    expect(new Uint8Array((await stored(pending))!.frame_key!)).toEqual(key);
    const also = { exit_code: 1, error_info: 'no word for 15 minutes' };
    const ended = await store.apply(ending, { event: 'finish', reason: 'EXITED', also }, 7_000);
    expect(await stored(pending)).toEqual(ended);
    expect(ended).toMatchObject({ state: 'ENDED', end_reason: 'IDLE', ended_at: 7_000, frame_key: null, ...also });
  });

  it('is changed by the first of those who saw the same state, and by nobody when it cannot be', async () => {
    const pending = await inserted();
    expect(await store.apply(pending, { event: 'attach' }, 2_000)).toBeUndefined();
    const [one, other] = await Promise.all([
      store.apply(pending, { event: 'redeem' }, 2_000),
      store.apply(pending, { event: 'finish', reason: 'NOT_USED' }, 2_000),
    ]);
    expect(one).toMatchObject({ state: 'STARTING' });
    expect(other).toBeUndefined();
    expect(await stored(pending)).toEqual(one);
  });

  it('is not changed by who saw the same state at another time', async () => {
    const connected = await inserted({ state: 'CONNECTED', since: 1_000 });
    const detached = (await store.apply(connected, { event: 'detach' }, 2_000))!;
    await store.apply(detached, { event: 'attach' }, 3_000);
    expect(await store.apply(connected, { event: 'detach' }, 4_000)).toBeUndefined();
  });

  it('remembers its last input or output, and does not forget it when something happens', async () => {
    const [one, two] = [await inserted({ state: 'CONNECTED' }), await inserted({ state: 'CONNECTED' })];
    await store.touch(
      new Map([
        [one.session_id, 9_000],
        [two.session_id, 500],
      ]),
    );
    await store.touch(new Map());
    await store.apply(one, { event: 'detach' }, 9_500);
    expect(await stored(one)).toMatchObject({ state: 'DETACHED', active_at: 9_000 });
    expect(await stored(two)).toMatchObject({ active_at: 1_000 });
  });
});

describe('the sessions of an installation', () => {
  it('that are open are found at a start, those never used by their timer', async () => {
    const [pending, newer, live] = [
      await inserted({ since: 1_000 }),
      await inserted({ since: 2_000 }),
      await inserted({ state: 'CONNECTED', account_uin: OTHER }),
    ];
    await inserted({ state: 'ENDED' });
    const ids = (rows: readonly { session_id: string }[]) => rows.map((row) => row.session_id).sort();
    expect(ids(await store.open())).toEqual(ids([pending, newer, live]));
    expect(ids(await store.neverUsed(1_000))).toEqual(ids([pending]));
  });

  it('are counted by instance, account and principal, forwarded connections by themselves', async () => {
    await inserted();
    await inserted({ instance_id: 'ins-00000002', state: 'CONNECTED' });
    await inserted({ principal: 'root:1', state: 'SILENT' });
    await inserted({ kind: 'FORWARD' });
    await inserted({ kind: 'FORWARD', principal: 'root:1' });
    await inserted({ state: 'ENDED' });
    await inserted({ account_uin: OTHER });
    const { principal, instance_id: instanceId } = sessionRow();
    expect(await countOpen(db, { accountUin: ACCOUNT_UIN, instanceId, principal })).toEqual({
      ...{ instance: 2, account: 3, principal: 2, forwarded: 1 },
    });
  });

  it('tell when the principal opened the newest but so many', async () => {
    for (const created_at of [1_000, 2_000, 3_000]) await inserted({ created_at });
    await inserted({ created_at: 4_000, kind: 'FORWARD' });
    await inserted({ created_at: 5_000, principal: 'root:1' });
    const opener = { accountUin: ACCOUNT_UIN, principal: sessionRow().principal };
    const at = (since: number, count: number, kind: 'SHELL' | 'FORWARD' = 'SHELL') =>
      openedAt(db, opener, { since, count, kind });
    expect(await at(0, 1)).toBe(3_000);
    expect(await at(0, 3)).toBe(1_000);
    expect(await at(1_000, 3)).toBeUndefined();
    expect(await at(0, 1, 'FORWARD')).toBe(4_000);
  });

  it('come in pages, newest first, of one account, with what fits the filters', async () => {
    const [old, young] = [await inserted({ created_at: 1_000 }), await inserted({ created_at: 2_000, state: 'ENDED' })];
    await inserted({ account_uin: OTHER });
    const list = (filters: { name: string; values: string[] }[], limits = page) =>
      store.page({ accountUin: ACCOUNT_UIN, ids: [], filters, visible: all }, limits);
    expect(await list([])).toEqual({ total: 2, sessions: [young, old] });
    expect(await list([], { limit: 1, offset: 1 })).toEqual({ total: 2, sessions: [old] });
    for (const [name, value, count] of [
      ['session-state', 'ENDED', 1],
      ['instance-id', 'ins-00000001', 2],
      ['instance-id', 'ins-00000009', 0],
      ['create-uin', old.create_uin, 2],
      ['username', 'root', 0],
    ] as const) {
      expect((await list([{ name, values: [value] }])).total).toBe(count);
    }
    const none = sql<SqlBool>`0`;
    const given = { accountUin: ACCOUNT_UIN, filters: [], ids: [old.session_id] };
    expect((await store.page({ ...given, visible: all }, page)).sessions).toEqual([old]);
    expect(await store.page({ ...given, visible: none }, page)).toEqual({ total: 0, sessions: [] });
  });
});
