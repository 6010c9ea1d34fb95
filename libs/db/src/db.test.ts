import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import type { Generated, Kysely } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  addToOutbox,
  foreignCommits,
  groupCommit,
  type Migrations,
  openStore,
  outboxMigration,
  startOutboxRelay,
  type WithOutbox,
} from './index.ts';

interface Schema extends WithOutbox {
  note: { id: Generated<number>; text: string };
}

const migrations: Migrations = {
  '0001_note': {
    async up(db) {
      await db.schema
        .createTable('note')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('text', 'text', (column) => column.notNull().unique())
        .execute();
    },
  },
  '0002_outbox': outboxMigration,
};

let folder: string;
let file: string;
let db: Kysely<Schema>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-db-'));
  file = join(folder, 'deep', 'store.db');
  db = await openStore<Schema>({ file, migrations });
});
afterEach(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});

it('keeps what was committed across a reopening', async () => {
  await db.insertInto('note').values({ text: 'kept' }).execute();
  await db.destroy();
  db = await openStore<Schema>({ file, migrations });
  expect(await db.selectFrom('note').select('text').execute()).toEqual([{ text: 'kept' }]);
});

it('F49: refuses a store that a newer version wrote', async () => {
  await db.destroy();
  const newer = await openStore<Schema>({ file, migrations: { ...migrations, '0003_later': { up: async () => {} } } });
  await newer.destroy();
  await expect(openStore<Schema>({ file, migrations })).rejects.toThrow(/newer/);
  db = await openStore<Schema>({ file: ':memory:', migrations });
});

it('tells of commits by other connections, of none by its own, and while a transaction is open', async () => {
  const foreign = foreignCommits(db);
  const before = foreign();
  await db.insertInto('note').values({ text: 'own' }).execute();
  expect(foreign()).toBe(before);
  const other = new SQLite(file);
  other.prepare("insert into note (text) values ('foreign')").run();
  const after = foreign();
  expect(after).not.toBe(before);
  await db.transaction().execute(async (trx) => {
    await trx.insertInto('note').values({ text: 'own again' }).execute();
    expect(foreign()).toBe(after);
  });
  expect(foreign()).toBe(after);
  other.prepare("delete from note where text = 'foreign'").run();
  expect(foreign()).not.toBe(after);
  other.close();
});

it('commits a group in one transaction, and a bad member fails alone', async () => {
  const commit = groupCommit(db);
  const outcomes = await Promise.allSettled(
    ['a', 'b', 'b', 'c'].map((text) => commit((trx) => trx.insertInto('note').values({ text }).execute())),
  );
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await db.selectFrom('note').select('text').orderBy('text').execute()).toEqual([
    { text: 'a' },
    { text: 'b' },
    { text: 'c' },
  ]);
});

it('T31: takes what waits to be written in turns of those whose it is, and tells when nothing waits', async () => {
  const commit = groupCommit(db, { most: 3, mostOfOne: 100 });
  const written: string[] = [];
  const write = (text: string, whose: string) =>
    commit(async (trx) => {
      await trx.insertInto('note').values({ text }).execute();
      written.push(text);
    }, whose);
  const noisy = Array.from({ length: 100 }, (_, index) => write(`noisy ${index}`, 'noisy'));
  await expect(write('one too many', 'noisy')).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
  const quiet = write('quiet', 'quiet').then(() => written.length);
  // the first transaction had it, behind one piece of the other
  expect(await quiet).toBe(3);
  expect(written.slice(0, 3)).toEqual(['noisy 0', 'quiet', 'noisy 1']);
  await commit.settled();
  expect(written).toHaveLength(101);
  await Promise.all(noisy);
});

it('relays the outbox in order, drops a message only once it is published, and none of a rolled back change', async () => {
  const seen: string[] = [];
  let failures = 1;
  const errors: unknown[] = [];
  const message = (id: string) => ({ messageId: id, subject: 's', payload: new TextEncoder().encode(id) });
  await db.transaction().execute((trx) => addToOutbox(trx, [message('1'), message('2')]));
  await expect(
    db.transaction().execute(async (trx) => {
      await addToOutbox(trx, [message('never')]);
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  const done = Promise.withResolvers<void>();
  const relay = startOutboxRelay(
    db,
    async ({ messageId }) => {
      if (failures-- > 0) throw new Error('the bus is away');
      seen.push(messageId);
      if (messageId === '3') done.resolve();
    },
    { everyMs: 5, onError: (error) => errors.push(error) },
  );
  await db.transaction().execute((trx) => addToOutbox(trx, [message('3')]));
  relay.kick();
  await done.promise;
  await relay[Symbol.asyncDispose]();
  expect(errors).toHaveLength(1);
  expect([...new Set(seen)].sort()).toEqual(['1', '2', '3']);
  expect(await db.selectFrom('outbox').selectAll().execute()).toEqual([]);
});
