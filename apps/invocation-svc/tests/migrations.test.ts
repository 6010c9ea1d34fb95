import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@muster/db';
import { tempDirectory } from '@muster/testkit';
import { newKey, Vault } from '@muster/vault';
import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { openScript } from '../src/sealed-script.ts';
import { InstanceStore } from '../src/store/instance-store.ts';
import { migrations, rewrittenAfter } from '../src/store/migrations/index.ts';
import { OutputReader } from '../src/store/output-reader.ts';
import { OutputStock } from '../src/store/output-stock.ts';
import { OutputWriter } from '../src/store/output-writer.ts';
import { RunReader } from '../src/store/run-reader.ts';
import type { Schema } from '../src/store/schema.ts';
import { EVERY_INSTANCE } from '../src/store/visible.ts';

type Values = Record<string, string | number | null | Uint8Array>;

const vault = new Vault(newKey());
const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '']));
const times = { created_at: 1, updated_at: 1 };

/** A store as it was before the migration of this number. */
function openBefore(number: string, file: string): Promise<Kysely<Schema>> {
  const before = Object.fromEntries(Object.entries(migrations(vault)).filter(([name]) => name < number));
  return openStore<Schema>({ file, migrations: before });
}

async function insert(db: Kysely<Schema>, table: string, values: Values): Promise<void> {
  const columns = sql.join(Object.keys(values).map((column) => sql.ref(column)));
  await sql`insert into ${sql.table(table)} (${columns}) values (${sql.join(Object.values(values))})`.execute(db);
}

/** A run in the columns of the first version. */
const run: Values = {
  ...texts('uin', 'command_name', 'description', 'username', 'working_directory'),
  ...texts('parameters', 'default_parameters'),
  ...{ content: bytes(''), rendered_content: bytes(''), shown_content: bytes('') },
  ...{ invocation_id: 'inv-00000001', account_uin: '1', command_id: 'cmd-00000001', command_version: 1 },
  ...{ command_subject: 'cmd-00000001', source: 'USER', instance_kind: 'CVM', command_type: 'SHELL', timeout: 1 },
  ...{ environment: '{}', status: 'SUCCESS', sequence: 1 },
  ...times,
};

it('opens what was stored before there were tags', async () => {
  using folder = tempDirectory('muster-invocation-');
  const file = join(folder.path, 'invocation.db');
  const old = await openBefore('0004', file);
  await insert(old, 'instance', {
    ...texts('tenant', 'name', 'public_key', 'register_code_id', 'host_name', 'local_ip', 'system_name'),
    ...texts('agent_version', 'machine_id', 'boot_id', 'journal_id'),
    ...{ instance_id: 'ins-00000001', account_uin: '1', kind: 'CVM', support_features: '[]', epoch: 0, online: 0 },
    ...times,
  });
  await insert(old, 'invocation', run);
  await old.destroy();

  const db = await openStore<Schema>({ file, migrations: migrations(vault) });
  const commands = await new RunReader(db).commandsOf(['inv-00000001']);
  expect(commands.get('inv-00000001')).toEqual({ subject: 'cmd-00000001', tags: [], creator: undefined });
  const selection = { accountUin: '1', ids: [], filters: [], visible: EVERY_INSTANCE };
  expect((await new InstanceStore(db).page(selection, { limit: 20, offset: 0 })).total).toBe(1);
  await db.destroy();
});

it('keeps output of before there were blocks, and makes some of it', async () => {
  using folder = tempDirectory('muster-invocation-');
  const file = join(folder.path, 'invocation.db');
  const old = await openBefore('0007', file);
  await insert(old, 'invocation', { ...run, content: bytes('') });
  const task: Values = {
    ...texts('instance_name', 'error_info'),
    ...{ invocation_id: 'inv-00000001', account_uin: '1', command_id: 'cmd-00000001', command_subject: 'cmd-00000001' },
    ...{ status: 'SUCCESS', attempts: 1, timeout: 1, stdout_length: 8, stderr_length: 4, discarded: 0, end_time: 7 },
    ...times,
  };
  const ids = ['invt-00000001', 'invt-00000002'];
  for (const [position, id] of ids.entries()) {
    await insert(old, 'invocation_task', { ...task, position, invocation_task_id: id, instance_id: `ins-${position}` });
  }
  const pieces = [
    ['STDOUT', 0, 'one '],
    ['STDERR', 0, 'oh, '],
    ['STDOUT', 4, 'two\n'],
  ] as const;
  for (const [stream, start_offset, text] of pieces) {
    const data = bytes(text);
    await insert(old, 'task_output', { invocation_task_id: ids[0]!, stream, start_offset, length: data.length, data });
  }
  await old.destroy();

  const db = await openStore<Schema>({ file, migrations: migrations(vault) });
  const read = async () => {
    const found = [];
    const outputs = new OutputReader(db).stored(ids[0]!, { STDOUT: 0, STDERR: 0 }, { STDOUT: 8, STDERR: 4 });
    for await (const { stream, offset, data, receivedAt } of outputs) {
      expect(receivedAt).toBeUndefined();
      found.push([stream, offset, new TextDecoder().decode(data)]);
    }
    return found;
  };
  expect(await read()).toEqual(pieces);
  const stock = new OutputStock(db);
  expect(await stock.totalBytes()).toBe(12);
  expect(await stock.oldest()).toEqual({ invocationTaskId: ids[0], endedAt: 7, removing: false });
  expect(await stock.packDue('', 10)).toEqual([ids[0]]);
  const block = (await stock.block(ids[0]!))!;
  await db.transaction().execute((trx) => new OutputWriter(trx).pack(block));
  expect(await read()).toEqual(pieces);
  expect((await new RunReader(db).task(ids[0]!))?.outputExpired).toBe(false);
  await db.destroy();
});

it('seals what machines ran before there was a key, and leaves nothing of it readable', async () => {
  using folder = tempDirectory('muster-invocation-');
  const file = join(folder.path, 'invocation.db');
  const old = await openBefore('0010', file);
  const runs = Array.from({ length: 30 }, (_, index) => `inv-${String(index).padStart(8, '0')}`);
  const environment = { MUSTER_PARAM_PASSWORD: 'c4nary-1', MUSTER_PARAM_USER: 'root', MUSTER_PARAM_EMPTY: '' };
  const rendered = `\uFEFFlogin root c4nary-1 # ${'long '.repeat(2_000)}`;
  for (const invocationId of runs) {
    await insert(old, 'invocation', {
      ...run,
      invocation_id: invocationId,
      content: bytes('\uFEFFlogin {{user}} {{tat-hidden:password}}{{tat-hidden:empty}}{{tat-hidden:gone}}'),
      rendered_content: bytes(rendered),
      environment: JSON.stringify(environment),
    });
  }
  await old.destroy();
  expect(readFileSync(file).includes('c4nary')).toBe(true);

  const db = await openStore<Schema>({ file, migrations: migrations(vault), rewrittenAfter });
  const reader = new RunReader(db);
  const scripts = await reader.sealedScripts(runs);
  expect(scripts.size).toBe(runs.length);
  for (const [invocationId, sealed] of scripts) {
    expect(openScript(vault, invocationId, sealed)).toEqual({
      content: rendered,
      environment,
      hiddenValues: ['c4nary-1'],
    });
  }
  expect(() => openScript(vault, runs[0]!, scripts.get(runs[1]!)!)).toThrow();
  expect((await reader.invocation('1', runs[0]!))?.document.content).toContain('{{tat-hidden:password}}');
  await db.destroy();
  expect(readFileSync(file).includes('c4nary')).toBe(false);
});

it('counts what waited before anybody kept count, and knows of no late result', async () => {
  using folder = tempDirectory('muster-invocation-');
  const file = join(folder.path, 'invocation.db');
  const old = await openBefore('0014', file);
  await sql`pragma foreign_keys = off`.execute(old);
  const states = ['PENDING', 'DELIVERING', 'DELIVER_DELAYED', 'RUNNING', 'CANCELLING', 'TASK_TIMEOUT', 'CANCELLED'];
  for (const [position, status] of states.entries()) {
    await insert(old, 'invocation_task', {
      ...texts('instance_name', 'error_info'),
      ...{ invocation_task_id: `invt-${position}`, invocation_id: 'inv-00000001', instance_id: `ins-${position}` },
      ...{ account_uin: '1', command_id: 'cmd-00000001', command_subject: 'cmd-00000001', position, status },
      ...{ attempts: 1, timeout: 1, stdout_length: 0, stderr_length: 0, discarded: 0 },
      ...{ deadline_at: position < 5 ? 9 : null },
      ...times,
    });
  }
  await old.destroy();

  const db = await openStore<Schema>({ file, migrations: migrations(vault) });
  const runs = new RunReader(db);
  expect(await runs.backlog('1')).toEqual({ ofAccount: 3, inAll: 3 });
  expect(await runs.backlog('2')).toEqual({ ofAccount: 0, inAll: 3 });
  expect(await runs.task('invt-5')).toMatchObject({ status: 'TASK_TIMEOUT', late: undefined, conflicts: 0 });
  await db.destroy();
});
