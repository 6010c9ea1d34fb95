import { join } from 'node:path';
import { openStore } from '@muster/db';
import { tempDirectory } from '@muster/testkit';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { InstanceStore } from '../src/store/instance-store.ts';
import { migrations } from '../src/store/migrations/index.ts';
import { RunReader } from '../src/store/run-reader.ts';
import type { Schema } from '../src/store/schema.ts';
import { EVERY_INSTANCE } from '../src/store/visible.ts';

it('opens what was stored before there were tags', async () => {
  using folder = tempDirectory('muster-invocation-');
  const file = join(folder.path, 'invocation.db');
  const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '0004'));
  const old = await openStore<Schema>({ file, migrations: before });
  const row = async (table: string, values: Record<string, string | number | null>) => {
    const columns = sql.join(Object.keys(values).map((column) => sql.ref(column)));
    await sql`insert into ${sql.table(table)} (${columns}) values (${sql.join(Object.values(values))})`.execute(old);
  };
  const texts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '']));
  const times = { created_at: 1, updated_at: 1 };
  await row('instance', {
    ...texts('tenant', 'name', 'public_key', 'register_code_id', 'host_name', 'local_ip', 'system_name'),
    ...texts('agent_version', 'machine_id', 'boot_id', 'journal_id'),
    ...{ instance_id: 'ins-00000001', account_uin: '1', kind: 'CVM', support_features: '[]', epoch: 0, online: 0 },
    ...times,
  });
  await row('invocation', {
    ...texts('uin', 'command_name', 'description', 'username', 'working_directory', 'content', 'rendered_content'),
    ...texts('shown_content', 'parameters', 'default_parameters'),
    ...{ invocation_id: 'inv-00000001', account_uin: '1', command_id: 'cmd-00000001', command_version: 1 },
    ...{ command_subject: 'cmd-00000001', source: 'USER', instance_kind: 'CVM', command_type: 'SHELL', timeout: 1 },
    ...{ environment: '{}', status: 'SUCCESS', sequence: 1 },
    ...times,
  });
  await old.destroy();

  const db = await openStore<Schema>({ file, migrations });
  const commands = await new RunReader(db).commandsOf(['inv-00000001']);
  expect(commands.get('inv-00000001')).toEqual({ subject: 'cmd-00000001', tags: [], creator: undefined });
  const selection = { accountUin: '1', ids: [], filters: [], visible: EVERY_INSTANCE };
  expect((await new InstanceStore(db).page(selection, { limit: 20, offset: 0 })).total).toBe(1);
  await db.destroy();
});
