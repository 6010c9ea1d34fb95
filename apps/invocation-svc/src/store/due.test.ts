import { openStore } from '@muster/db';
import { newKey, Vault } from '@muster/vault';
import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeTurns } from '../domain/turns.ts';
import { migrations } from './migrations/index.ts';
import { RunReader } from './run-reader.ts';
import type { Schema } from './schema.ts';

const NOW = 1_000_000;
const BACKLOG = 50_000;

let db: Kysely<Schema>;
let runs: RunReader;

beforeAll(async () => {
  db = await openStore<Schema>({ file: ':memory:', migrations: migrations(new Vault(newKey())) });
  runs = new RunReader(db);
  await sql`pragma foreign_keys = off`.execute(db);
  await addDue('noisy', BACKLOG, NOW - 1_000);
  await addDue('quiet', 1, NOW);
  await addDue('tomorrow', 3, NOW + 1);
});
afterAll(() => db.destroy());

async function addDue(accountUin: string, count: number, dueAt: number): Promise<void> {
  await sql`
    with recursive number(n) as (select 0 union all select n + 1 from number where n + 1 < ${count})
    insert into invocation_task (
      invocation_task_id, invocation_id, position, account_uin, command_id, command_subject, instance_id, instance_name,
      status, attempts, due_at, deadline_at, timeout, error_info, stdout_length, stderr_length, discarded, created_at, updated_at
    ) select
      ${accountUin} || n, ${accountUin}, n, ${accountUin}, 'cmd', 'cmd', 'ins' || n, 'web',
      'PENDING', 0, ${dueAt}, ${NOW + 60_000}, 60, '', 0, 0, 0, 1, 1
    from number`.execute(db);
}

it('an account with one due task is not kept waiting by one with 50,000', async () => {
  const accounts = await runs.accountsDue(NOW);
  expect(accounts).toEqual(['noisy', 'quiet']);
  const { whose, each } = takeTurns(accounts, { last: '', most: 200 });
  const batch = await Promise.all(whose.map((account) => runs.due(account, NOW, each)));
  expect(batch.map((tasks) => tasks.length)).toEqual([100, 1]);
  // of the same moment, in the order they were made
  expect(batch[0]!.map((task) => task.position)).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

/** How SQLite goes about what a reader asks, a line a step. */
async function plansOf(ask: (runs: RunReader) => Promise<unknown>): Promise<string[]> {
  const asked: CompiledQuery[] = [];
  const spy = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: (of) => new SqliteIntrospector(of),
      createDriver: () =>
        Object.assign(new DummyDriver(), {
          acquireConnection: async () => ({
            async executeQuery(query: CompiledQuery) {
              asked.push(query);
              return { rows: [] };
            },
            async *streamQuery() {},
          }),
        }),
    },
  });
  await ask(new RunReader(spy));
  const steps: string[] = [];
  for (const { sql: text, parameters } of asked) {
    const explained = CompiledQuery.raw(`explain query plan ${text}`, [...parameters]);
    const { rows } = await db.executeQuery<{ detail: string }>(explained);
    steps.push(...rows.map((row) => row.detail));
  }
  return steps;
}

it('finds what is due by look-ups in an index of open tasks, however much waits', async () => {
  const accounts = await plansOf((reader) => reader.accountsDue(NOW));
  const ofAccount = await plansOf((reader) => reader.due('noisy', NOW, 100));
  expect(ofAccount).toEqual(['SEARCH invocation_task USING INDEX task_due_of_account (account_uin=? AND due_at<?)']);
  const onTasks = accounts.filter((step) => step.includes('invocation_task'));
  expect(onTasks.length).toBeGreaterThanOrEqual(3);
  for (const step of onTasks)
    expect(step).toMatch(/^SEARCH invocation_task (EXISTS )?USING COVERING INDEX task_due_of_account/);
});
