import { DatabaseSync } from 'node:sqlite';

/** A table whose rows go through states. Names are the test's own: they are put into SQL as they are. */
export interface StatefulTable {
  readonly table: string;
  /** The column that names a row. */
  readonly id: string;
  /** The column with the state. */
  readonly state: string;
  /** The state in which every row begins. */
  readonly first: string;
  /** The states that may follow each state directly. */
  readonly steps: Readonly<Record<string, readonly string[]>>;
}

/**
 * From here on the store itself keeps every state that rows go through, whoever changes them: triggers write them to a table beside. The
 * service may be running. Rows that are there already count from their next change on.
 */
export function recordStates(file: string, tables: readonly StatefulTable[]): void {
  using store = new DatabaseSync(file, { timeout: 5_000 });
  for (const { table, id, state } of tables) {
    store.exec(`
      create table if not exists ${table}_history (step integer primary key, id text, before text, after text);
      create trigger if not exists ${table}_begins after insert on ${table} begin
        insert into ${table}_history (id, after) values (new.${id}, new.${state});
      end;
      create trigger if not exists ${table}_goes_on after update on ${table} when old.${state} is not new.${state} begin
        insert into ${table}_history (id, before, after) values (new.${id}, old.${state}, new.${state});
      end;
    `);
  }
}

/** What was recorded and may not happen, in words; the service must be stopped. */
export function illegalSteps(file: string, tables: readonly StatefulTable[]): string[] {
  using store = new DatabaseSync(file, { timeout: 5_000 });
  return tables.flatMap(({ table, first, steps }) => {
    const rows = store.prepare(`select id, before, after from ${table}_history order by step`).all();
    return (rows as unknown as { id: string; before: string | null; after: string }[])
      .filter(({ before, after }) => (before === null ? after !== first : !steps[before]?.includes(after)))
      .map(({ id, before, after }) => `${table} ${id} went from ${before ?? 'nothing'} to ${after}`);
  });
}
