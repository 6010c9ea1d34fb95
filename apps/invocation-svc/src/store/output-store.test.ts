import { openStore } from '@muster/db';
import { newKey, Vault } from '@muster/vault';
import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { OutputCursor } from '../domain/output-cursor.ts';
import type { TaskOutput } from '../domain/run-change.ts';
import { migrations } from './migrations/index.ts';
import { OutputReader } from './output-reader.ts';
import { OutputStock } from './output-stock.ts';
import { OutputWriter } from './output-writer.ts';
import type { Schema } from './schema.ts';

const ID = 'invt-00000001';
const START = { STDOUT: 0, STDERR: 0 };

let db: Kysely<Schema>;
let reader: OutputReader;
let stock: OutputStock;

beforeAll(async () => {
  db = await openStore<Schema>({ file: ':memory:', migrations: migrations(new Vault(newKey())) });
  // what is stored of output asks nothing of its task
  await sql`pragma foreign_keys = off`.execute(db);
  reader = new OutputReader(db);
  stock = new OutputStock(db);
});
afterAll(() => db.destroy());
beforeEach(clear);

async function clear(): Promise<void> {
  await db.deleteFrom('task_output').execute();
  await db.deleteFrom('stored_output').execute();
  await db.updateTable('output_total').set({ stored_bytes: 0 }).execute();
}

const write = <R>(work: (writer: OutputWriter) => Promise<R>): Promise<R> =>
  db.transaction().execute((trx) => work(new OutputWriter(trx)));

async function pack(id = ID): Promise<boolean> {
  const block = await stock.block(id);
  if (block) await write((writer) => writer.pack(block));
  return block !== undefined;
}

function read(cursor: OutputCursor, end: OutputCursor, id = ID): Promise<TaskOutput[]> {
  return Array.fromAsync(reader.stored(id, cursor, end));
}

function bytesOf(outputs: readonly TaskOutput[], stream: TaskOutput['stream']): Buffer {
  return Buffer.concat(outputs.filter((output) => output.stream === stream).map(({ data }) => data));
}

/** Pieces with their places, as the service takes them from a machine. */
function placed(pieces: readonly { stream: TaskOutput['stream']; data: Uint8Array }[], id = ID): TaskOutput[] {
  const at = { STDOUT: 0, STDERR: 0 };
  return pieces.map(({ stream, data }, index) => {
    const offset = at[stream];
    at[stream] += data.length;
    return { invocationTaskId: id, stream, offset, data, receivedAt: 1_000 + index };
  });
}

/** What the sums say, and what the rows say. */
async function sums() {
  const rows = await db.selectFrom('task_output').select(['packed', 'data']).execute();
  const stored = await db.selectFrom('stored_output').selectAll().execute();
  const loose = rows.filter((row) => row.packed === 0);
  const bytes = (of: readonly { data: Uint8Array }[]) => of.reduce((sum, { data }) => sum + data.length, 0);
  const add = (column: 'stored_bytes' | 'loose_bytes' | 'loose_pieces') =>
    stored.reduce((sum, row) => sum + row[column], 0);
  return {
    counted: [await stock.totalBytes(), add('stored_bytes'), add('loose_bytes'), add('loose_pieces')],
    found: [bytes(rows), bytes(rows), bytes(loose), loose.length],
  };
}

const piece = fc.record({
  stream: fc.constantFrom('STDOUT' as const, 'STDERR' as const),
  data: fc.uint8Array({ minLength: 1, maxLength: 9 }),
});

it('reads any range byte for byte, in the order of arrival and with times, wherever blocks begin and end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 5, arbitrary: piece }, { weight: 1, arbitrary: fc.constant('pack' as const) }), {
        maxLength: 40,
      }),
      fc.tuple(fc.nat(60), fc.nat(60), fc.nat(60), fc.nat(60)),
      async (steps, [outFrom, outTo, errFrom, errTo]) => {
        await clear();
        const written = placed(steps.filter((step) => step !== 'pack'));
        let next = 0;
        for (const step of steps) {
          if (step === 'pack') await pack();
          else await write((writer) => writer.append(written[next++]!));
        }
        const all = { STDOUT: bytesOf(written, 'STDOUT'), STDERR: bytesOf(written, 'STDERR') };
        const whole = await read({ ...START }, { STDOUT: all.STDOUT.length, STDERR: all.STDERR.length });
        expect(whole.map((output) => ({ ...output, data: [...output.data] }))).toEqual(
          written.map((output) => ({ ...output, data: [...output.data] })),
        );
        const cursor = { STDOUT: outFrom, STDERR: errFrom };
        const part = await read(cursor, { STDOUT: outTo, STDERR: errTo });
        expect(bytesOf(part, 'STDOUT')).toEqual(all.STDOUT.subarray(outFrom, Math.max(outTo, outFrom)));
        expect(bytesOf(part, 'STDERR')).toEqual(all.STDERR.subarray(errFrom, Math.max(errTo, errFrom)));
        const { counted, found } = await sums();
        expect(counted).toEqual(found);
      },
    ),
    { numRuns: 150 },
  );
});

it('leaves a reader nothing out and nothing twice while blocks are made under it', async () => {
  const written = placed(
    Array.from({ length: 300 }, (_, index) => ({
      stream: index % 3 === 0 ? ('STDERR' as const) : ('STDOUT' as const),
      data: Buffer.from(`line ${index}\n`),
    })),
  );
  await write(async (writer) => {
    for (const output of written.slice(0, 200)) await writer.append(output);
  });
  const end = { STDOUT: bytesOf(written, 'STDOUT').length, STDERR: bytesOf(written, 'STDERR').length };
  const seen: TaskOutput[] = [];
  for await (const output of reader.stored(ID, { ...START }, end)) {
    seen.push(output);
    // rows that were read already become part of a block with rows that were not
    if (seen.length === 20) {
      await pack();
      await write(async (writer) => {
        for (const later of written.slice(200)) await writer.append(later);
      });
    }
    if (seen.length === 220) await pack();
  }
  expect(seen.map(({ stream, offset }) => [stream, offset])).toEqual(
    written.map(({ stream, offset }) => [stream, offset]),
  );
  expect(bytesOf(seen, 'STDOUT')).toEqual(bytesOf(written, 'STDOUT'));
});

it('stores 5 MB of log lines in less than 1.5 MB, and reads a few bytes from the middle', async () => {
  const line = (index: number) =>
    `2025-03-01T10:${String(index % 60).padStart(2, '0')}:00Z host-${index % 17} sshd[${(index * 7919) % 30_000}]: ` +
    `Accepted publickey for deploy from 10.0.${index % 250}.${(index * 31) % 250} port ${(index * 104_729) % 65_536}\n`;
  const log = Buffer.from(Array.from({ length: 52_000 }, (_, index) => line(index)).join(''));
  expect(log.length).toBeGreaterThan(5_000_000);
  for (let offset = 0; offset < log.length; offset += 65_536) {
    const data = log.subarray(offset, offset + 65_536);
    await write((writer) =>
      writer.append({ invocationTaskId: ID, stream: 'STDOUT', offset, data, receivedAt: offset }),
    );
    // while the task runs, a block is due as soon as it is full
    for (const id of await stock.packDue('', 10)) await pack(id);
  }
  await write((writer) => writer.ended(ID, 1));
  for (const id of await stock.packDue('', 10)) await pack(id);
  expect(await stock.packDue('', 10)).toEqual([]);
  expect(await stock.totalBytes()).toBeLessThan(1_500_000);
  const rows = await db.selectFrom('task_output').select('packed').execute();
  expect(rows.map((row) => row.packed)).toEqual(Array(Math.ceil(log.length / 262_144)).fill(1));
  const middle = await read({ STDOUT: 2_500_000, STDERR: 0 }, { STDOUT: 2_500_010, STDERR: 0 });
  expect(bytesOf(middle, 'STDOUT')).toEqual(log.subarray(2_500_000, 2_500_010));
  expect(Buffer.compare(bytesOf(await read({ ...START }, { STDOUT: log.length, STDERR: 0 }), 'STDOUT'), log)).toBe(0);
});

it('makes no block of what changed meanwhile, and none that is rolled back', async () => {
  const written = placed([
    { stream: 'STDOUT', data: Buffer.from('one') },
    { stream: 'STDERR', data: Buffer.from('two') },
  ]);
  await write(async (writer) => {
    for (const output of written) await writer.append(output);
  });
  const before = await sums();
  const block = (await stock.block(ID))!;
  const failed = write(async (writer) => {
    await writer.pack(block);
    throw new Error('the power failed');
  });
  await expect(failed).rejects.toThrow('the power failed');
  expect(await sums()).toEqual(before);
  await write((writer) => writer.pack(block));
  const after = await sums();
  await write((writer) => writer.pack(block));
  expect(await sums()).toEqual(after);
  expect(await read({ ...START }, { STDOUT: 3, STDERR: 3 })).toHaveLength(2);
});

it('removes a few rows at a time, goes on with what is half gone, and takes the oldest first', async () => {
  const many = placed(Array.from({ length: 50 }, () => ({ stream: 'STDOUT', data: new Uint8Array(10) })));
  const young = placed([{ stream: 'STDOUT', data: new Uint8Array(10) }], 'invt-00000002');
  const running = placed([{ stream: 'STDOUT', data: new Uint8Array(10) }], 'invt-00000003');
  await write(async (writer) => {
    for (const output of [...many, ...young, ...running]) await writer.append(output);
    await writer.ended('invt-00000002', 200);
    await writer.ended(ID, 100);
  });
  expect(await stock.oldest()).toEqual({ invocationTaskId: ID, endedAt: 100, removing: false });
  expect(await write((writer) => writer.remove(ID, 20))).toBe(20);
  await db
    .updateTable('stored_output')
    .set({ ended_at: 1 })
    .where('invocation_task_id', '=', 'invt-00000002')
    .execute();
  expect(await stock.oldest()).toMatchObject({ invocationTaskId: ID, removing: true });
  expect(await stock.packDue('', 10)).toEqual([]);
  const { counted, found } = await sums();
  expect(counted[0]).toBe(found[0]);
  expect(await write((writer) => writer.remove(ID, 40))).toBe(30);
  expect(await stock.oldest()).toMatchObject({ invocationTaskId: 'invt-00000002' });
  expect(await write((writer) => writer.remove('invt-00000002', 40))).toBe(1);
  expect(await stock.oldest()).toBeUndefined();
  expect(await stock.totalBytes()).toBe(10);
});
