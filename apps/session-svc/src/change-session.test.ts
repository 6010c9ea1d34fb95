import { fromBinary } from '@bufbuild/protobuf';
import { EndReason, type Event, EventSchema, SessionKind } from '@muster/contract';
import { ACCOUNT_UIN, USER_UIN } from '@muster/testkit';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryStore, sessionRow } from '../tests/sessions.ts';
import { changeSession } from './change-session.ts';
import type { SessionSchema } from './store/schema.ts';
import { type Session, type SessionChange, SessionStore } from './store/session-store.ts';

let db: Kysely<SessionSchema>;
beforeEach(async () => {
  db = await memoryStore();
});
afterEach(() => db.destroy());

const change = (session: Session, what: SessionChange, now = 2_000) =>
  db.transaction().execute((trx) => changeSession(trx, session, what, now));
const recorded = (session: Session, hash: Uint8Array) =>
  db
    .insertInto('recording')
    .values({
      ...{ session_id: session.session_id, account_uin: session.account_uin, with_input: 0, started_at: 2_000 },
      ...{ duration_ms: 1, chunks: 1, last_hash: hash, mac: new Uint8Array(32), sealed_at: 3_000 },
      ...{ text_bytes: 1, stored_bytes: 1, notes: 0, indexed_chunks: 0, screen: null, removed_at: null },
    })
    .execute();
async function told(): Promise<(readonly [subject: string, event: Event])[]> {
  const rows = await db.selectFrom('outbox').selectAll().orderBy('seq').execute();
  return rows.map(({ subject, payload }) => [subject, fromBinary(EventSchema, payload)] as const);
}

it('tells when a session starts, and when and why it ended, with the last hash of its recording', async () => {
  const row = sessionRow({ state: 'STARTING' });
  await new SessionStore(db).insert(row);
  const live = (await change(row, { event: 'start' }))!;
  const detached = (await change(live, { event: 'detach' }))!;
  const recordingHash = Buffer.alloc(32, 7);
  const also = { exit_code: 3, error_info: 'the shell ended' };
  await recorded(row, recordingHash);
  await change(detached, { event: 'finish', reason: 'EXITED', also }, 3_000);
  const session = {
    ...{ sessionId: row.session_id, instanceId: row.instance_id, username: 'ubuntu', createUin: USER_UIN },
    sessionKind: SessionKind.SHELL,
  };
  expect(await told()).toMatchObject([
    ['evt.session.session.started', { accountUin: ACCOUNT_UIN, uin: USER_UIN, body: { value: { session } } }],
    [
      'evt.session.session.ended',
      {
        ...{ accountUin: ACCOUNT_UIN, uin: '0', time: { seconds: 3n } },
        body: {
          case: 'sessionEnded',
          value: { session, endReason: EndReason.EXITED, exitCode: 3, errorInfo: 'the shell ended', recordingHash },
        },
      },
    ],
  ]);
});

it('tells nothing of what did not happen', async () => {
  const row = sessionRow({ state: 'CONNECTED' });
  await new SessionStore(db).insert(row);
  const finish = { event: 'finish', reason: 'MACHINE_LOST' } as const;
  expect(await Promise.all([change(row, finish), change(row, finish)])).toMatchObject([{ state: 'ENDED' }, undefined]);
  expect(await change(row, { event: 'start' })).toBeUndefined();
  expect((await told()).map(([subject]) => subject)).toEqual(['evt.session.session.ended']);
});
