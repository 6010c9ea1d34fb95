import { openStore } from '@muster/db';
import { EVERYTHING } from '@muster/kernel';
import { newKey, Vault } from '@muster/vault';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import { afterAll, beforeEach, expect, it } from 'vitest';
import type { Invocation } from '../domain/invocation.ts';
import { newTask } from '../domain/task.ts';
import { sealScript } from '../sealed-script.ts';
import { migrations } from './migrations/index.ts';
import { RunList, type RunSelection } from './run-list.ts';
import type { Schema } from './schema.ts';
import { unitsOfWork } from './unit-of-work.ts';
import { EVERY_INSTANCE } from './visible.ts';

const ACCOUNT = '100000000001';
const RULES = {
  windowMs: 10_000,
  deadlineMs: 60_000,
  graceMs: 60_000,
  catchUpMs: 60_000,
  outputLimit: 1,
  backlog: { ofAccount: 1_000, inAll: 1_000 },
};
const ALL_TASKS = { commands: EVERYTHING, instances: EVERY_INSTANCE };
const vault = new Vault(newKey());
const stores: Kysely<Schema>[] = [];
let db: Kysely<Schema>;
let list: RunList;
let made = 0;

async function newStore(): Promise<void> {
  db = await openStore<Schema>({ file: ':memory:', migrations: migrations(vault) });
  stores.push(db);
  list = new RunList(db);
  made = 0;
}
beforeEach(newStore);
afterAll(async () => {
  for (const store of stores) await store.destroy();
});

interface Made {
  readonly commandId?: string;
  readonly instanceIds?: readonly string[];
  readonly kind?: Invocation['instanceKind'];
  readonly createdBy?: 'USER' | 'TAT';
}

/** Saves a run; several share a moment, so that ids have to decide their order. */
async function run({
  commandId = 'cmd-00000001',
  instanceIds = ['ins-00000001'],
  kind = 'CVM',
  createdBy = 'USER',
}: Made) {
  const number = String(++made).padStart(8, '0');
  const now = Math.floor(made / 3) * 1_000;
  const invocationId = `inv-${number}`;
  const invocation: Invocation = {
    ...{ invocationId, accountUin: ACCOUNT, uin: ACCOUNT, commandId, commandVersion: 1, commandSaved: true },
    ...{ commandCreatedBy: createdBy, commandName: 'name', description: '', source: 'USER', instanceKind: kind },
    ...{ invokerId: undefined, parentInvocationId: undefined, taskCount: instanceIds.length, skippedCount: 0 },
    document: {
      ...{ commandType: 'SHELL', username: 'root', workingDirectory: '/root', timeout: 60, content: 'true' },
      ...{
        shownContent: 'true',
        parameters: '',
        defaultParameters: '',
        outputCosBucketUrl: '',
        outputCosKeyPrefix: '',
      },
    },
    ...{ status: 'PENDING', sequence: 1, createdAt: now, updatedAt: now, startTime: undefined, endTime: undefined },
  };
  const tasks = instanceIds.map((instanceId, position) =>
    newTask(
      {
        ...{ invocationTaskId: `invt-${number}${position}`, invocationId, position, accountUin: ACCOUNT, commandId },
        ...{
          commandSubject: commandId,
          instanceId,
          instanceName: instanceId,
          timeout: 60,
          offlineExpiresAt: undefined,
        },
      },
      now,
      RULES,
    ),
  );
  const script = sealScript(vault, invocationId, { content: 'true', environment: {}, hiddenValues: [] });
  const write = unitsOfWork(db, { announce: () => undefined, committed: () => undefined });
  await write(({ runs }) => runs.insert(invocation, tasks, { tags: [], creator: undefined }, script));
  return invocationId;
}

const of = (filters: RunSelection['filters'] = []): RunSelection => ({ accountUin: ACCOUNT, ids: [], filters });

const pageOf = async (offset: number, limit = 10) =>
  (await list.runs(of(), EVERYTHING, { offset, limit })).runs.map((each) => each.invocationId);

async function make(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.unshift(await run({}));
  return ids;
}

it('counts what there is, whatever one filter asks for', async () => {
  const machines = ['ins-00000001', 'ins-00000002', 'ins-00000003'];
  const commands = ['cmd-00000001', 'cmd-00000002'];
  const someRuns = fc.array(
    fc.record({
      commandId: fc.constantFrom(...commands),
      instanceIds: fc.subarray(machines, { minLength: 1 }),
      kind: fc.constantFrom<Invocation['instanceKind'][]>('CVM', 'MIXED'),
      createdBy: fc.constantFrom<('USER' | 'TAT')[]>('USER', 'TAT'),
    }),
    { minLength: 5, maxLength: 15 },
  );
  await fc.assert(
    fc.asyncProperty(someRuns, async (runs) => {
      await newStore();
      for (const each of runs) await run(each);
      await expectCounts(machines, commands);
    }),
    { numRuns: 5 },
  );
});

async function expectCounts(machines: readonly string[], commands: readonly string[]): Promise<void> {
  const page = { limit: 100, offset: 0 };
  const runFilters = { 'command-id': [commands[1]!], 'instance-kind': ['CVM', 'MIXED'], 'command-created-by': ['TAT'] };
  for (const filters of [[], ...Object.entries(runFilters).map(([name, values]) => [{ name, values }])]) {
    const { total, runs } = await list.runs(of(filters), EVERYTHING, page);
    expect([filters, total]).toEqual([filters, runs.length]);
  }
  const taskFilters = { 'command-id': commands, 'instance-id': [machines[0]!, machines[0]!, 'ins-00000009'] };
  for (const filters of [[], ...Object.entries(taskFilters).map(([name, values]) => [{ name, values }])]) {
    const { total } = await list.tasks(of(filters), ALL_TASKS, page);
    const rows = await db.selectFrom('invocation_task').select(['command_id', 'instance_id']).execute();
    const column = { 'command-id': 'command_id', 'instance-id': 'instance_id' } as const;
    const found = rows.filter((row) =>
      filters.every(({ name, values }) => values.includes(row[column[name as keyof typeof column]])),
    );
    expect([filters, total]).toEqual([filters, found.length]);
  }
}

it('walks a list page by page in one order, also where several were made in the same moment', async () => {
  const ids = await make(35);
  const walked: string[] = [];
  for (let offset = 0; offset < 35; offset += 10) walked.push(...(await pageOf(offset)));
  expect(walked).toEqual(ids);
});

it('neither repeats nor loses a row of a walk that others are made during', async () => {
  const ids = await make(25);
  const walked = await pageOf(0);
  await make(4);
  walked.push(...(await pageOf(10)), ...(await pageOf(20, 5)));
  expect(walked).toEqual(ids);
});

it('begins every walk anew with its first page', async () => {
  const before = await make(12);
  await pageOf(0);
  const after = [...(await make(3)), ...before];
  expect([...(await pageOf(0)), ...(await pageOf(10))]).toEqual(after);
});

it('gives rows for as long as the count says that there are more', async () => {
  await make(20);
  const walked = [...(await pageOf(0)), ...(await pageOf(10))];
  await make(3);
  const { total } = await list.runs(of(), EVERYTHING, { offset: 20, limit: 10 });
  expect(walked.length + (await pageOf(20)).length).toBe(total);
});

it('gives any page without the ones before it', async () => {
  const ids = await make(30);
  expect(await pageOf(17, 5)).toEqual(ids.slice(17, 22));
  expect(await pageOf(3, 5)).toEqual(ids.slice(3, 8));
});
