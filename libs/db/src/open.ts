import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { failPoint } from '@muster/telemetry';
import SQLite from 'better-sqlite3';
import { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { StoreDialect } from './driver.ts';
import { keepState, StoreState, storeState } from './store-state.ts';

/** A service's migrations by name, `0001_init` onwards. Only ever appended to. */
export type Migrations = Readonly<Record<string, Migration>>;

/** Where the data is and what shape it must have. */
export interface OpenOptions {
  /** The SQLite file; its folder is made when missing. `:memory:` for tests of rules. */
  readonly file: string;
  readonly migrations: Migrations;
  /** Migrations after which the file is written anew, so that what they removed cannot be read in its free space either. */
  readonly rewrittenAfter?: readonly string[];
  /** How long a lock that another process holds is waited for, in milliseconds; 5,000 when absent. */
  readonly busyMs?: number;
  /** Told of an error after which this process must not go on with the store; by default it ends at once. */
  readonly broken?: (error: unknown) => void;
}

/** SQLite's own `lower` knows ASCII only; this function of every store is JavaScript's. */
export const UNICODE_LOWER = 'unicode_lower';

/**
 * Opens a service's store and brings its schema up to date, all of it or nothing. WAL with synchronous=FULL: what was committed survives a
 * power cut. Throws when the file was written by a newer version of the service, and changes nothing then.
 */
export async function openStore<T>({
  file,
  migrations,
  rewrittenAfter = [],
  busyMs = 5_000,
  broken = endAtOnce,
}: OpenOptions): Promise<Kysely<T>> {
  if (file !== ':memory:' && !existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new SQLite(file, { timeout: busyMs });
  const state = new StoreState();
  const db = new Kysely<T>({ dialect: new StoreDialect({ database, state, busyMs, broken }) });
  try {
    refuseNewer(database, file, migrations);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    database.function(UNICODE_LOWER, { deterministic: true }, (text) => String(text).toLowerCase());
    databases.set(db, database);
    keepState(db, state);
    await migrate(db, migrations);
    await failPoint('migration.step');
    rewrite(database, rewrittenAfter.length);
    // from here on locks are waited for beside the event loop
    database.pragma('busy_timeout = 0');
  } catch (error) {
    await db.destroy();
    database.close();
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

/** The names of the migrations that a store's file has been through, oldest first; none for a new one. */
export function migrationsDone(database: SQLite.Database): string[] {
  const known = database
    .prepare("select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'")
    .get();
  if (known === undefined) return [];
  return database.prepare('select name from kysely_migration order by name').pluck().all() as string[];
}

function refuseNewer(database: SQLite.Database, file: string, migrations: Migrations): void {
  const unknown = migrationsDone(database).find((name) => !(name in migrations));
  if (unknown === undefined) return;
  throw new Error(
    `the store ${file} was written by a newer version (it went through \`${unknown}\`, which this version does not know): start the newer version, or restore a backup that this version made`,
  );
}

async function migrate<T>(db: Kysely<T>, migrations: Migrations): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  storeState(db).phase = 'open';
  if (error) throw new Error('the store could not be brought to the schema of this version', { cause: error });
}

/** Writes the file anew, once for each migration that asked for it; a start that was cut short before does it now. */
function rewrite(database: SQLite.Database, wanted: number): void {
  if ((database.pragma('user_version', { simple: true }) as number) >= wanted) return;
  database.exec('vacuum');
  database.pragma('wal_checkpoint(truncate)');
  database.pragma(`user_version = ${wanted}`);
}

function endAtOnce(error: unknown): void {
  process.stderr.write(`the store is in doubt, this process ends: ${error}\n`);
  process.exit(1);
}
