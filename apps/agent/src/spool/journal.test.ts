import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { ResultReportSchema, TaskOrderSchema, TaskOutcome } from '@muster/contract';
import { silentLogger, tempDirectory } from '@muster/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Journal, openJournal } from './journal.ts';

const ID = 'invt-12345678';
const orderOf = (invocationTaskId: string) =>
  toBinary(TaskOrderSchema, create(TaskOrderSchema, { invocationTaskId, outputLimitBytes: 10 }));
const order = orderOf(ID);
let folder: ReturnType<typeof tempDirectory>;
let journal: Journal;
const limits = { tasks: 10, bytes: 10_000, days: 30 };
const open = (path = folder.path) => openJournal(path, { instanceId: 'ins-12345678', limits, logger: silentLogger });
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

it('finds tasks in the order in which they were claimed, so that restarts never let younger ones pass', async () => {
  const ids = ['invt-zzzzzzzz', 'invt-mmmmmmmm', 'invt-aaaaaaaa'];
  for (const [index, id] of ids.entries()) {
    await journal.claim(id, orderOf(id));
    utimesSync(tasks(id, 'claim'), 1_000 + index, 1_000 + index);
  }
  expect((await open()).found.map(({ id }) => id)).toEqual(ids);
});

it('has another id when it was made anew', async () => {
  using other = tempDirectory();
  expect((await open(other.path)).id).not.toBe(journal.id);
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
  ['a cause that does not parse', { claim: 'c', order, cause: '"TIME' }],
])('sets %s aside and goes on with the others', async (_, files) => {
  await journal.claim(ID, order);
  mkdirSync(tasks('invt-broken00'));
  for (const [name, content] of Object.entries(files)) writeFileSync(tasks('invt-broken00', name), content);
  expect((await open()).found.map(({ id }) => id)).toEqual([ID]);
  expect(readdirSync(join(folder.path, 'journal', 'corrupt'))).toHaveLength(1);
});

it('has the end of a task reported whose entry does not hold together, if its script may have run', async () => {
  await journal.claim(ID, order);
  mkdirSync(tasks(ID, 'permit'));
  writeFileSync(tasks(ID, 'launch'), '{');
  const claim = readFileSync(tasks(ID, 'claim'), 'utf8');
  for (let time = 0; time < 2; time++) {
    const { found, corrupt } = await open();
    expect(corrupt).toEqual(time === 0 ? [ID] : []);
    expect(found[0]?.result()).toMatchObject({ claim, outcome: TaskOutcome.INTERRUPTED, exitCode: -1 });
    expect(found[0]?.result()?.errorInfo).toMatch(/^INTERRUPTED: the agent's journal entry of the task is corrupt \(/);
  }
});

it('takes the permit of such an entry when it is free, so that its supervisor does not start any more', async () => {
  await journal.claim(ID, order);
  writeFileSync(tasks(ID, 'launch'), '{');
  expect(await open()).toMatchObject({ found: [], corrupt: [ID] });
  const [aside] = readdirSync(join(folder.path, 'journal', 'corrupt'));
  expect(existsSync(join(folder.path, 'journal', 'corrupt', aside!, 'permit'))).toBe(true);
});

it('keeps twenty of those that it set aside, the newest', async () => {
  for (let round = 0; round < 3; round++) {
    for (let number = 0; number < 10; number++) {
      mkdirSync(tasks(`invt-broken${round}${number}`));
      for (const name of ['claim', 'order']) writeFileSync(tasks(`invt-broken${round}${number}`, name), 'x');
    }
    await open();
  }
  const kept = readdirSync(join(folder.path, 'journal', 'corrupt'));
  expect(kept).toHaveLength(20);
  expect(kept.filter((name) => name.startsWith('invt-broken2'))).toHaveLength(10);
});

it('refuses more tasks than it may hold, says why, and has room again when one is over', async () => {
  const first = (await journal.claim(ID, order))!;
  for (const id of Array.from({ length: 9 }, (_, number) => `invt-1111111${number}`))
    await journal.claim(id, orderOf(id));
  const next = 'invt-22222222';
  await expect(journal.claim(next, orderOf(next))).rejects.toThrow(
    'JOURNAL_FULL: the agent holds 10 tasks that are not over, and may hold 10',
  );
  await first.remove();
  expect(await journal.claim(next, orderOf(next))).toBeDefined();
});

it('refuses tasks when outputs take more bytes than they may', async () => {
  const first = (await journal.claim(ID, order))!;
  writeFileSync(first.file('stdout'), Buffer.alloc(20_000));
  const again = await open();
  await expect(again.claim('invt-22222222', order)).rejects.toThrow(/^JOURNAL_FULL: .* bytes, and may take 10000$/);
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
