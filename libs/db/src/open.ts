import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import { CompiledQuery, type DatabaseConnection, type Driver, Kysely, SqliteDialect, SqliteDriver } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';

/** A service's migrations by name, `0001_init` onwards. Only ever appended to. */
export type Migrations = Readonly<Record<string, Migration>>;

/** Where the data is and what shape it must have. */
export interface OpenOptions {
  /** The SQLite file; its folder is made when missing. `:memory:` for tests of rules. */
  readonly file: string;
  readonly migrations: Migrations;
  /** Migrations after which the file is written anew, so that what they removed cannot be read in its free space either. */
  readonly rewrittenAfter?: readonly string[];
}

/** SQLite's own `lower` knows ASCII only; this function of every store is JavaScript's. */
export const UNICODE_LOWER = 'unicode_lower';

/**
 * Every transaction takes the write lock when it begins. A deferred one would fail at its first write with
 * SQLITE_BUSY_SNAPSHOT, whatever the busy timeout, once another connection has written in between.
 */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

class ImmediateDialect extends SqliteDialect {
  readonly #database: SQLite.Database;

  constructor(database: SQLite.Database) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new ImmediateDriver({ database: this.#database });
  }
}

/**
 * Opens a service's store and brings its schema up to date. WAL with synchronous=FULL: what was committed survives a power cut.
 * Throws when the file was written by a newer version of the service.
 */
export async function openStore<T>({ file, migrations, rewrittenAfter = [] }: OpenOptions): Promise<Kysely<T>> {
  if (file !== ':memory:' && !existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new SQLite(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('busy_timeout = 5000');
  database.function(UNICODE_LOWER, { deterministic: true }, (text) => String(text).toLowerCase());
  const db = new Kysely<T>({ dialect: new ImmediateDialect(database) });
  databases.set(db, database);
  try {
    const done = await migrate(db, migrations);
    if (rewrittenAfter.some((name) => done.includes(name))) {
      database.exec('vacuum');
      database.pragma('wal_checkpoint(truncate)');
    }
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return db;
}

const databases = new WeakMap<object, SQLite.Database>();

/**
 * A number that is another one as soon as a different connection, of this process or of another, has committed to the store's file;
 * what this store commits itself does not change it. It waits for nothing, not even for a transaction of this store.
 */
export function foreignCommits<T>(store: Kysely<T>): () => number {
  const version = databases.get(store)!.prepare('pragma data_version').pluck();
  return () => version.get() as number;
}

/** The names of the migrations that were still to be done. */
async function migrate<T>(db: Kysely<T>, migrations: Migrations): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error)
    throw new Error('the store could not be brought to the schema of this version; a newer one may have written it', {
      cause: error,
    });
  return (results ?? []).map(({ migrationName }) => migrationName);
}
