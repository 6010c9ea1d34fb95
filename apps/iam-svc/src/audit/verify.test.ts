import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditService } from '@muster/contract';
import { type Kysely, sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, ROOT_UIN, startFixture } from '../../tests/fixture.ts';
import type { IamSchema } from '../store/schema.ts';
import { recordHash } from './chain.ts';

const RECORDS = 9;
const PLACES = { first: 1, middle: 5, newest: RECORDS } as const;

let fixture: Fixture;
/** The rows as they are when nobody has touched them. */
let rows: IamSchema['audit_record'][];
let head: IamSchema['audit_head'];

beforeAll(async () => {
  fixture = await startFixture();
  // the first is the root's sign-in
  for (let i = 1; i < RECORDS; i++) await write();
  await fixture.inStore(async (db) => {
    rows = await db.selectFrom('audit_record').selectAll().orderBy('sequence').execute();
    head = await db.selectFrom('audit_head').selectAll().executeTakeFirstOrThrow();
  });
});
afterAll(() => fixture[Symbol.asyncDispose]());
afterEach(() =>
  fixture.inStore(async (db) => {
    await db.deleteFrom('audit_record').execute();
    await db.deleteFrom('audit_head').execute();
    await db.insertInto('audit_record').values(rows).execute();
    await db.insertInto('audit_head').values(head).execute();
  }),
);

async function write(): Promise<void> {
  const client = await fixture.authorization();
  const context = { credential: fixture.root.token };
  await client.authorize({ context, action: 'tat:CreateCommand', resources: [{ resource: '*' }] });
}

const verify = () => fixture.client(AuditService, fixture.root.token).verifyAudit({});
const damage = (work: (db: Kysely<IamSchema>) => Promise<unknown>) => fixture.inStore(work);

it('finds a chain intact that nobody touched, and hands out the hash of its newest record', async () => {
  expect(rows).toHaveLength(RECORDS);
  const { headHash, ...rest } = await verify();
  expect(rest).toMatchObject({ intact: true, count: BigInt(RECORDS), brokenSequence: '0', problem: '' });
  expect(Buffer.from(headHash)).toEqual(Buffer.from(rows.at(-1)!.hash));
});

describe('VerifyAudit names the first record that does not fit', () => {
  const columns = [
    'account_uin',
    'sequence',
    'time',
    'uin',
    'action',
    'outcome',
    'resources',
    'detail',
    'hash',
  ] as const;
  const cases = columns.flatMap((column) => Object.entries(PLACES).map(([place, at]) => ({ column, place, at })));

  it.each(cases)('when one byte of $column of the $place record is another one', async ({ column, at }) => {
    await damage((db) =>
      db
        .updateTable('audit_record')
        .set({ [column]: flipped(rows[at - 1]![column]) })
        .where('sequence', '=', at)
        .execute(),
    );
    expect(await verify()).toMatchObject({ intact: false, count: BigInt(at - 1), brokenSequence: String(at) });
  });

  it.each(Object.entries(PLACES))('when one byte in the file is another one, in the %s record', async (_place, at) => {
    const file = join(fixture.config.dataDir, 'iam.db');
    const flipInFile = async () => {
      await damage((db) => sql`pragma wal_checkpoint(truncate)`.execute(db));
      const bytes = readFileSync(file);
      const { decisionId } = JSON.parse(rows[at - 1]!.detail) as { decisionId: string };
      const offset = bytes.lastIndexOf(decisionId.slice(1));
      bytes[offset - 1] = bytes[offset - 1]! ^ 1;
      writeFileSync(file, bytes);
      // what a running service has read of a page it does not read again
      await fixture.restart();
    };
    await flipInFile();
    expect(await verify()).toMatchObject({
      intact: false,
      count: BigInt(at - 1),
      brokenSequence: String(at),
      problem: 'the record was changed',
    });
    await flipInFile();
    expect(await verify()).toMatchObject({ intact: true });
  });

  it.each(Object.entries(PLACES))('when the %s record is gone', async (_place, at) => {
    await damage((db) => db.deleteFrom('audit_record').where('sequence', '=', at).execute());
    expect(await verify()).toMatchObject({
      intact: false,
      brokenSequence: String(at),
      problem: 'the record is missing',
    });
  });

  it('when the end is cut off, also with the end’s row set back', async () => {
    await damage((db) => db.deleteFrom('audit_record').where('sequence', '>', 6).execute());
    expect(await verify()).toMatchObject({ intact: false, count: 6n, brokenSequence: '7' });
    const { sequence, hash } = rows[5]!;
    await damage((db) => db.updateTable('audit_head').set({ sequence, hash }).execute());
    expect(await verify()).toMatchObject({
      intact: false,
      brokenSequence: '6',
      problem: 'the seal of the newest record does not fit',
    });
    await damage((db) => db.deleteFrom('audit_head').execute());
    expect(await verify()).toMatchObject({ intact: false, problem: 'the seal of the newest record is missing' });
  });

  it('when two records change places', async () => {
    await damage(async (db) => {
      for (const [from, to] of [
        [3, 100],
        [7, 3],
        [100, 7],
      ]) {
        await db.updateTable('audit_record').set({ sequence: to! }).where('sequence', '=', from!).execute();
      }
    });
    expect(await verify()).toMatchObject({ intact: false, count: 2n, brokenSequence: '3' });
  });

  it('when a record is slipped in behind the end', async () => {
    await damage((db) =>
      db
        .insertInto('audit_record')
        .values({ ...rows[4]!, sequence: RECORDS + 1 })
        .execute(),
    );
    expect(await verify()).toMatchObject({
      intact: false,
      brokenSequence: String(RECORDS + 1),
      problem: 'the record lies beyond the sealed end',
    });
  });

  it('when the whole chain is made anew by somebody without the key', async () => {
    await damage(async (db) => {
      let previous: Uint8Array = new Uint8Array(0);
      for (const row of rows) {
        const forged = { ...row, action: 'tat:DescribeCommands' };
        const { hash: _, ...hashed } = forged;
        const [a, b, c, d, e, f, g, h] = Object.values(hashed).map((value) => Buffer.from(String(value)));
        previous = recordHash(previous, [a!, b!, c!, d!, e!, f!, g!, h!]);
        const { sequence } = row;
        await db
          .updateTable('audit_record')
          .set({ ...forged, hash: previous })
          .where('sequence', '=', sequence)
          .execute();
      }
      await db.updateTable('audit_head').set({ hash: previous }).execute();
    });
    expect(await verify()).toMatchObject({ intact: false, problem: 'the seal of the newest record does not fit' });
  });
});

describe('a chain whose end was tampered with', () => {
  beforeEach(() =>
    damage(async (db) => {
      const { sequence, hash } = rows[5]!;
      await db.deleteFrom('audit_record').where('sequence', '>', 6).execute();
      await db.updateTable('audit_head').set({ sequence, hash }).execute();
    }),
  );

  it('goes on, and shows the place for ever', async () => {
    await write();
    await write();
    expect(await verify()).toMatchObject({
      intact: false,
      count: 6n,
      brokenSequence: '7',
      problem: 'what came before the record was tampered with',
    });
    const { records } = await fixture.client(AuditService, fixture.root.token).listAuditRecords({ limit: 1 });
    expect(records[0]!.sequence).toBe(8n);
  });
});

it('finds chains of several chunks intact while they grow', async () => {
  await Promise.all([...Array.from({ length: 600 }, write), verify()].map((work) => work as Promise<unknown>));
  const { intact, count } = await verify();
  expect({ intact, count }).toEqual({ intact: true, count: BigInt(RECORDS + 600) });
  const accounts = await fixture.inStore((db) =>
    sql<{ n: number }>`select count(*) as n from audit_record where account_uin = ${ROOT_UIN}`.execute(db),
  );
  expect(accounts.rows[0]!.n).toBe(RECORDS + 600);
});

/** The value with one bit of one byte changed. */
function flipped<V extends string | number | Uint8Array>(value: V): V {
  if (typeof value === 'number') return (value ^ 32) as V;
  const bytes = Buffer.from(value);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = bytes[at]! ^ 1;
  return (typeof value === 'string' ? bytes.toString() : bytes) as V;
}
