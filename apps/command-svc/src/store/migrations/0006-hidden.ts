import type { ParameterConf } from '@muster/command';
import type { Vault } from '@muster/vault';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { sealDefaults } from '../hidden-defaults.ts';
import type { CommandVersionTable } from '../tables/command-version.ts';

/** Defaults of hidden parameters are sealed, also those that there are. */
export function hiddenMigration(vault: Vault): Migration {
  return {
    async up(db: Kysely<{ command_version: CommandVersionTable }>) {
      await db.schema.alterTable('command_version').addColumn('hidden_defaults', sql`blob`).execute();
      const rows = await db
        .selectFrom('command_version')
        .select(['command_id', 'version', 'content', 'default_parameters', 'default_parameter_confs'])
        .where('default_parameters', '!=', '')
        .execute();
      for (const row of rows) {
        const { command_id, version } = row;
        const columns = sealDefaults(vault, row, {
          content: new TextDecoder('utf-8', { ignoreBOM: true }).decode(row.content),
          defaultParameters: row.default_parameters,
          defaultParameterConfs: JSON.parse(row.default_parameter_confs) as ParameterConf[],
        });
        await db
          .updateTable('command_version')
          .set(columns)
          .where((where) => where.and({ command_id, version }))
          .execute();
      }
    },
  };
}
