import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { ResultReportSchema, TaskOrderSchema } from '@muster/contract';
import { silentLogger, tempDirectory } from '@muster/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Journal, openJournal } from './journal.ts';

const ID = 'invt-12345678';
const order = toBinary(TaskOrderSchema, create(TaskOrderSchema, { invocationTaskId: ID, outputLimitBytes: 10 }));
let folder: ReturnType<typeof tempDirectory>;
let journal: Journal;
const open = () => openJournal(folder.path, silentLogger);
const tasks = (...names: string[]) => join(folder.path, 'journal', 'tasks', ...names);

beforeEach(async () => {
  folder = tempDirectory();
  journal = await open();
});
afterEach(() => folder[Symbol.dispose]());

it('claims a task once and finds it again with the same claim', async () => {
  const claimed = await journal.claim(ID, order);
  expect(await journal.claim(ID, order)).toBeUndefined();
  const again = await open();
  expect(again.id).toBe(journal.id);
  expect(again.found).toHaveLength(1);
  expect(again.found[0]).toMatchObject({ id: ID, claim: claimed!.claim });
});

it('has another id when it was made anew', async () => {
  using other = tempDirectory();
  expect((await openJournal(other.path, silentLogger)).id).not.toBe(journal.id);
});

it('drops claims that were never completed', async () => {
  mkdirSync(tasks(ID));
  writeFileSync(tasks(ID, 'order'), order);
  expect((await open()).found).toEqual([]);
  expect(await journal.claim(ID, order)).toBeDefined();
});

it.each([
  ['an order that does not parse', { claim: 'c', order: Buffer.from([255]) }],
  ['the order of another task', { claim: 'c', order: Buffer.alloc(0) }],
  ['an empty claim', { claim: '', order }],
  ['a result that does not parse', { claim: 'c', order, result: Buffer.from([255]) }],
])('sets %s aside and goes on with the others', async (_, files) => {
  await journal.claim(ID, order);
  mkdirSync(tasks('invt-broken00'));
  for (const [name, content] of Object.entries(files)) writeFileSync(tasks('invt-broken00', name), content);
  expect((await open()).found.map(({ id }) => id)).toEqual([ID]);
  expect(readdirSync(join(folder.path, 'journal', 'corrupt'))).toHaveLength(1);
});

it('keeps facts, gives the permit once, and measures outputs', async () => {
  const task = (await journal.claim(ID, order))!;
  expect(task.traces()).toEqual({ result: false, exited: false, permit: false, bootId: undefined });
  await task.recordLaunch({ bootId: 'b', uptimeMs: 5, script: task.file('script.sh') });
  writeFileSync(task.file('script.sh'), 'secret');
  await task.removeScript();
  expect(existsSync(task.file('script.sh'))).toBe(false);
  await task.recordCause('TIMEOUT');
  expect([task.takePermit(), task.takePermit()]).toEqual([true, false]);
  writeFileSync(task.file('stdout'), 'a'.repeat(512));
  writeFileSync(task.file('stdout.total'), '0+1 records in\n3 bytes copied\n700 bytes (0.7 kB) copied, 1 s\n');
  writeFileSync(task.file('rc'), '3 100.25 101.50\n');
  await task.recordResult(create(ResultReportSchema, { exitCode: 3 }));
  expect(task.traces()).toEqual({ result: true, exited: true, permit: true, bootId: 'b' });
  expect(task.cause()).toBe('TIMEOUT');
  expect(task.exit()).toEqual({ status: 3, elapsedMs: 1_250 });
  expect(task.result()?.exitCode).toBe(3);
  expect([task.keptBytes('stdout'), task.discardedBytes('stdout')]).toEqual([10, 690]);
  expect([task.keptBytes('stderr'), task.discardedBytes('stderr')]).toEqual([0, 0]);
});
