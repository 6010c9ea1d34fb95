import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@muster/telemetry';
import SQLite from 'better-sqlite3';
import type { Generated, Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { groupCommit, type Migrations, openStore, StoreUnavailable, watchStore } from './index.ts';

interface Schema {
  note: { id: Generated<number>; text: string };
}

const migrations: Migrations = {
  '0001_note': {
    async up(db) {
      await db.schema
        .createTable('note')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('text', 'text', (column) => column.notNull())
        .execute();
    },
  },
};
const silent = createLogger('test', 'silent');
const notes = (db: Kysely<Schema>) => db.selectFrom('note').select('text').orderBy('id').execute();
const add = (db: Kysely<Schema>, ...texts: string[]) =>
  db.transaction().execute(async (trx) => {
    for (const text of texts) await trx.insertInto('note').values({ text }).execute();
  });

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-faults-'));
  file = join(folder, 'store.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('F26: a full disk', () => {
  /** SQLite's own limit makes the file full without a file system for it. */
  async function openFull() {
    const db = await openStore<Schema>({ file, migrations });
    await add(db, 'before');
    const { page_count } = (await db.executeQuery(raw('pragma page_count'))).rows[0] as { page_count: number };
    await db.executeQuery(raw(`pragma max_page_count = ${page_count}`));
    return { db, free: () => db.executeQuery(raw('pragma max_page_count = 100000')) };
  }
  const raw = (sql: string) =>
    ({ sql, parameters: [], query: { kind: 'RawNode' }, queryId: { queryId: '1' } }) as never;
  const large = 'x'.repeat(20_000);

  it('refuses writes as unavailable, keeps no half of one, still reads, and takes writes once there is room', async () => {
    const { db, free } = await openFull();
    await expect(add(db, 'half', large)).rejects.toThrow(StoreUnavailable);
    await expect(add(db, 'half', large)).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'ServiceUnavailable',
      cause: { code: 'SQLITE_FULL' },
    });
    expect(await notes(db)).toEqual([{ text: 'before' }]);
    await free();
    await add(db, 'after', large);
    expect((await notes(db)).map(({ text }) => text[0])).toEqual(['b', 'a', 'x']);
    await db.destroy();
  });

  it('refuses a whole group at once, and tells whoever watches the store until a write succeeds', async () => {
    const { db, free } = await openFull();
    await using watch = watchStore(db, { everyMs: 86_400_000, logger: silent });
    const commit = groupCommit(db);
    let attempts = 0;
    const group = ['a', 'b', 'c'].map(() =>
      commit(async (trx) => {
        attempts++;
        await trx.insertInto('note').values({ text: large }).execute();
      }),
    );
    for (const { status } of await Promise.allSettled(group)) expect(status).toBe('rejected');
    expect(attempts).toBe(1);
    expect(watch.writable).toBe(false);
    await free();
    await add(db, 'after');
    expect(watch.writable).toBe(true);
    await db.destroy();
  });

  it('is noticed, and noticed to be over, while nobody writes', async () => {
    const db = await openStore<Schema>({ file, migrations, busyMs: 0 });
    await using watch = watchStore(db, { everyMs: 5, logger: silent });
    const other = new SQLite(file);
    other.exec('begin immediate');
    await expect.poll(() => watch.writable).toBe(false);
    other.exec('rollback');
    await expect.poll(() => watch.writable).toBe(true);
    other.close();
    await db.destroy();
  });
});

const noStrace =
  spawnSync('strace', ['-f', '-e', 'trace=none', 'true']).status === 0 ? undefined : 'strace cannot trace here';

it.skipIf(noStrace)('F26: a process whose store cannot be synced (EIO) ends instead of going on', async () => {
  const program = join(folder, 'program.ts');
  writeFileSync(
    program,
    `import { openStore } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
import SQLite from ${JSON.stringify(join(import.meta.dirname, '../../../node_modules/better-sqlite3/lib/index.js'))};
const migrations = { '0001_note': { up: (db) => db.schema.createTable('note').addColumn('text', 'text').execute() } };
const db = await openStore({ file: ${JSON.stringify(file)}, migrations });
process.stdout.write('open\\n');
process.stdin.once('data', async () => {
  for (;;) {
    await db.insertInto('note').values({ text: 'x' }).execute().catch(() => undefined);
    process.stdout.write('went on\\n');
  }
});
`,
  );
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  const faults = ['-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO:when=3+'];
  const strace = spawn('strace', ['-f', '-o', '/dev/null', ...faults, '-p', String(child.pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await once(strace.stderr, 'data');
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  child.stdin.write('go\n');
  expect(await exited).toEqual([1, null]);
  expect(said).toContain('the store is in doubt');
});

describe('F48: another process holds the write lock', () => {
  it('takes the lock when a transaction begins, so that it waits there and not midway', async () => {
    const db = await openStore<Schema>({ file, migrations });
    const other = new SQLite(file, { timeout: 0 });
    await db.transaction().execute(async (trx) => {
      await trx.selectFrom('note').selectAll().execute();
      expect(() => other.exec('begin immediate')).toThrow(/locked/);
    });
    other.exec('begin immediate; rollback');
    other.close();
    await db.destroy();
  });

  it('waits beside the event loop: reads, timers and other transactions go on, and the write is done afterwards', async () => {
    const db = await openStore<Schema>({ file, migrations });
    await using holder = await holdLock(file);
    const [writing, single] = [add(db, 'waited'), db.insertInto('note').values({ text: 'alone' }).execute()];
    let done = false;
    const both = Promise.all([writing, single]).then(() => {
      done = true;
    });
    let reads = 0;
    for (; reads < 10; reads++) {
      expect(await notes(db)).toEqual([]);
      const readOnly = db.transaction().setAccessMode('read only');
      expect(await readOnly.execute((trx) => trx.selectFrom('note').selectAll().execute())).toEqual([]);
      await sleep(5);
    }
    expect(done).toBe(false);
    await holder.letGo();
    await both;
    expect((await notes(db)).map(({ text }) => text)).toEqual(expect.arrayContaining(['alone', 'waited']));
    await db.destroy();
  });

  it('answers that it is unavailable when the lock is not let go in time, and works again after it is', async () => {
    const db = await openStore<Schema>({ file, migrations, busyMs: 100 });
    await using holder = await holdLock(file);
    await expect(add(db, 'too late')).rejects.toMatchObject({
      reason: 'ServiceUnavailable',
      cause: { code: 'SQLITE_BUSY' },
    });
    await holder.letGo();
    await add(db, 'in time');
    expect(await notes(db)).toEqual([{ text: 'in time' }]);
    await db.destroy();
  });

  /** A real process with `begin immediate` open. */
  async function holdLock(held: string) {
    const program = join(folder, 'holder.cjs');
    writeFileSync(
      program,
      `const SQLite = require(${JSON.stringify(join(import.meta.dirname, '../../../node_modules/better-sqlite3'))});
const db = new SQLite(${JSON.stringify(held)});
db.exec('begin immediate');
process.send('held');
process.on('message', () => { db.exec('rollback'); process.exit(0); });
`,
    );
    const child = fork(program);
    const exited = once(child, 'exit');
    await once(child, 'message');
    return {
      async letGo() {
        child.send('let go');
        await exited;
      },
      async [Symbol.asyncDispose]() {
        child.kill('SIGKILL');
        await exited;
      },
    };
  }
});
