import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@muster/db';
import { tempDirectory } from '@muster/testkit';
import { newKey, Vault } from '@muster/vault';
import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { CommandReader } from '../src/store/command-store.ts';
import { migrations, rewrittenAfter } from '../src/store/migrations/index.ts';
import type { CommandSchema } from '../src/store/schema.ts';

const vault = new Vault(newKey());

/** A store as it was before the migration of this number, with a command of two versions. */
async function openBefore(number: string, file: string): Promise<Kysely<CommandSchema>> {
  const before = Object.fromEntries(Object.entries(migrations(vault)).filter(([name]) => name < number));
  const old = await openStore<CommandSchema>({ file, migrations: before });
  await sql`
    insert into command (command_id, account_uin, command_name, version, created_at)
    values ('cmd-00000001', '1', 'a', 2, 1)
  `.execute(old);
  return old;
}

/** A version in the columns of the first migration. */
async function insertVersion(old: Kysely<CommandSchema>, version: number, values: Record<string, unknown> = {}) {
  const row = {
    ...{ command_id: 'cmd-00000001', version, command_name: 'a', description: '', content: new Uint8Array() },
    ...{ command_type: 'SHELL', working_directory: '/', timeout: 60, enable_parameter: 1, default_parameters: '' },
    ...{ default_parameter_confs: '[]', username: 'root', updated_at: 1, updated_uin: `1${version}`, ...values },
  };
  const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
  await sql`insert into command_version (${columns}) values (${sql.join(Object.values(row))})`.execute(old);
}

it('knows who made the commands that were stored before anybody asked', async () => {
  using folder = tempDirectory('muster-command-');
  const file = join(folder.path, 'command.db');
  const old = await openBefore('0003', file);
  await insertVersion(old, 1);
  await insertVersion(old, 2);
  await old.destroy();

  const db = await openStore<CommandSchema>({ file, migrations: migrations(vault) });
  const found = await new CommandReader(db, vault).find('1', 'cmd-00000001');
  expect(found).toMatchObject({ createdUin: '11', updatedUin: '12', version: 2 });
  await db.destroy();
});

it('seals hidden defaults that were stored before there was a key, and leaves nothing of them readable', async () => {
  using folder = tempDirectory('muster-command-');
  const file = join(folder.path, 'command.db');
  const old = await openBefore('0006', file);
  const content = new TextEncoder().encode('login {{user}} {{tat-hidden:password}}');
  const defaults = '{"user":"root","password":"c4nary-1"}';
  const confs = [
    { name: 'user', value: 'root', description: 'who' },
    { name: 'password', value: 'c4nary-2', description: 'what' },
  ];
  await insertVersion(old, 1, { content, default_parameters: defaults });
  await insertVersion(old, 2, {
    content,
    default_parameters: '{"user":"root","password":"c4nary-2"}',
    default_parameter_confs: JSON.stringify(confs),
  });
  await old.destroy();
  expect(readFileSync(file).includes('c4nary')).toBe(true);

  const db = await openStore<CommandSchema>({ file, migrations: migrations(vault), rewrittenAfter });
  const reader = new CommandReader(db, vault);
  expect(await reader.find('1', 'cmd-00000001', 1)).toMatchObject({
    defaultParameters: defaults,
    defaultParameterConfs: [],
  });
  expect(await reader.find('1', 'cmd-00000001', 2)).toMatchObject({
    defaultParameters: '{"user":"root","password":"c4nary-2"}',
    defaultParameterConfs: confs,
  });
  await expect(new CommandReader(db, new Vault(newKey())).find('1', 'cmd-00000001')).rejects.toThrow();
  await sql`update command_version set hidden_defaults = (select hidden_defaults from command_version where version = 1)`.execute(
    db,
  );
  await expect(reader.find('1', 'cmd-00000001', 2)).rejects.toThrow();
  await db.destroy();
  expect(readFileSync(file).includes('c4nary')).toBe(false);
});
