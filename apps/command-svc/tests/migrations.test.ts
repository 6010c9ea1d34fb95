import { join } from 'node:path';
import { openStore } from '@muster/db';
import { tempDirectory } from '@muster/testkit';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { CommandReader } from '../src/store/command-store.ts';
import { migrations } from '../src/store/migrations/index.ts';
import type { CommandSchema } from '../src/store/schema.ts';

it('knows who made the commands that were stored before anybody asked', async () => {
  using folder = tempDirectory('muster-command-');
  const file = join(folder.path, 'command.db');
  const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '0003'));
  const old = await openStore<CommandSchema>({ file, migrations: before });
  await sql`
    insert into command (command_id, account_uin, command_name, version, created_at)
    values ('cmd-00000001', '1', 'a', 2, 1)
  `.execute(old);
  for (const [version, uin] of [
    [1, '11'],
    [2, '12'],
  ]) {
    await sql`
      insert into command_version values (
        'cmd-00000001', ${version}, 'a', '', x'', 'SHELL', '/', 60, 0, '', '[]', 'root', 1, ${uin}
      )
    `.execute(old);
  }
  await old.destroy();

  const db = await openStore<CommandSchema>({ file, migrations });
  const found = await new CommandReader(db).find('1', 'cmd-00000001');
  expect(found).toMatchObject({ createdUin: '11', updatedUin: '12', version: 2 });
  await db.destroy();
});
