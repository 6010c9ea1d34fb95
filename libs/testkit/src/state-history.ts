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

/** A row was made (`before` is null) or went from one state to another. */
export interface RecordedStep {
  readonly table: string;
  readonly id: string;
  readonly before: string | null;
  readonly after: string;
}

/**
 * From here on the store itself keeps every state that rows go through, whoever changes them: triggers write them to a table beside. Rows
 * that are there already count from their next change on. A service that runs on the store must be another process: this opens it with
 * Node's own SQLite, and of two SQLite libraries in one process the one that closes the file takes the locks of the other.
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

/** Every step that was recorded, table by table, in the order they were taken. What `recordStates` says of a running service holds here, too. */
export function recordedSteps(file: string, tables: readonly StatefulTable[]): RecordedStep[] {
  using store = new DatabaseSync(file, { timeout: 5_000 });
  return tables.flatMap(({ table }) =>
    (
      store.prepare(`select id, before, after from ${table}_history order by step`).all() as unknown as Omit<
        RecordedStep,
        'table'
      >[]
    ).map(({ id, before, after }) => ({ table, id, before, after })),
  );
}

/** What was recorded and may not happen, in words. What `recordStates` says of a running service holds here, too. */
export function illegalSteps(file: string, tables: readonly StatefulTable[]): string[] {
  return tables.flatMap((rules) =>
    recordedSteps(file, [rules])
      .filter(({ before, after }) => (before === null ? after !== rules.first : !rules.steps[before]?.includes(after)))
      .map(({ table, id, before, after }) => `${table} ${id} went from ${before ?? 'nothing'} to ${after}`),
  );
}
