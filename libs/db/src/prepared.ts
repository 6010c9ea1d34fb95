import { Lru } from '@muster/kernel';
import type SQLite from 'better-sqlite3';
import type { SqliteDatabase } from 'kysely';

/** Statements remembered; the services have fewer, but lists of ids make some of any length. */
const REMEMBERED = 500;

/**
 * A database that prepares a statement once, not each time it runs: to parse and plan it costs SQLite more than most of ours cost to run.
 * Only for a schema that does not change any more: what a statement's columns are called is remembered with it. `ready` says when.
 */
export function preparingOnce(database: SQLite.Database, ready: () => boolean): SqliteDatabase {
  const statements = new Lru<string, SQLite.Statement<unknown[]>>(REMEMBERED);
  return {
    prepare(text) {
      const known = statements.get(text);
      // one that is being read row by row would refuse to begin anew
      if (known && !known.busy) return known;
      const statement = database.prepare<unknown[]>(text);
      if (ready()) statements.set(text, statement);
      return statement;
    },
    close: () => void database.close(),
  };
}
