import { environmentName, hiddenKeys } from '@muster/command';
import type { Vault } from '@muster/vault';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { sealScript } from '../../sealed-script.ts';

/** The table as it is while this migration goes on. */
interface Schema {
  invocation: {
    invocation_id: string;
    content: Uint8Array;
    rendered_content: Uint8Array;
    environment: string;
    sealed_script: Uint8Array;
  };
}

/** What machines run is sealed, also for the runs that there are. */
export function hiddenMigration(vault: Vault): Migration {
  return {
    async up(db: Kysely<Schema>) {
      await db.schema
        .alterTable('invocation')
        .addColumn('sealed_script', sql`blob`, (column) => column.notNull().defaultTo(sql`x''`))
        .execute();
      let last = '';
      for (;;) {
        const row = await db
          .selectFrom('invocation')
          .select(['invocation_id', 'content', 'rendered_content', 'environment'])
          .where('invocation_id', '>', last)
          .orderBy('invocation_id')
          .executeTakeFirst();
        if (!row) break;
        last = row.invocation_id;
        const environment = JSON.parse(row.environment) as Record<string, string>;
        const values = [...hiddenKeys(text(row.content))].map((key) => environment[environmentName(key)] ?? '');
        const hiddenValues = [...new Set(values)].filter((value) => value !== '');
        const script = { content: text(row.rendered_content), environment, hiddenValues };
        await db
          .updateTable('invocation')
          .set({ sealed_script: sealScript(vault, last, script) })
          .where('invocation_id', '=', last)
          .execute();
      }
      for (const column of ['rendered_content', 'environment']) {
        await db.schema.alterTable('invocation').dropColumn(column).execute();
      }
    },
  };
}

function text(data: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
}
