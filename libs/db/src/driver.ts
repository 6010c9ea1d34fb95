import { setTimeout as sleep } from 'node:timers/promises';
import { failPoint } from '@muster/telemetry';
import type SQLite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely';
import { preparingOnce } from './prepared.ts';
import { isBroken, isBusy, isPassing, StoreUnavailable } from './store-faults.ts';
import type { StoreState } from './store-state.ts';

/** How often a lock that another process holds is asked for again. */
const ASK_AGAIN_MS = 20;

/** What a store's driver is made of. */
export interface DriverParts {
  readonly database: SQLite.Database;
  readonly state: StoreState;
  /** How long a lock that another process holds is waited for, in milliseconds. */
  readonly busyMs: number;
  /** Told of an error after which this process must not go on. */
  readonly broken: (error: unknown) => void;
}

/** SQLite with one connection, on which transactions and single statements take turns. */
export class StoreDialect extends SqliteDialect {
  readonly #parts: DriverParts;

  constructor(parts: DriverParts) {
    super({ database: parts.database });
    this.#parts = parts;
  }

  override createDriver(): Driver {
    return new StoreDriver(this.#parts);
  }

  override createAdapter(): SqliteAdapter {
    return new StoreAdapter();
  }
}

class StoreAdapter extends SqliteAdapter {
  /** Says that taking turns is left to the driver, which lets others go first while it waits for a lock. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /** SQLite can, whatever its adapter says: a start that is cut short leaves the schema of before, not half of the next one. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * Every transaction takes the write lock when it begins, unless it says that it only reads. A deferred one would fail at its first write
 * with SQLITE_BUSY_SNAPSHOT, whatever the busy timeout, once another connection has written in between. A lock that another process holds is
 * waited for beside the event loop (SQLite's own busy timeout would stop it), and whoever wants to read goes first meanwhile.
 */
class StoreDriver implements Driver {
  readonly #parts: DriverParts;
  readonly #sqlite: SqliteDriver;
  #turn: Promise<void> = Promise.resolve();
  #done: (() => void) | undefined;

  constructor(parts: DriverParts) {
    this.#parts = parts;
    const { database, state } = parts;
    this.#sqlite = new SqliteDriver({ database: preparingOnce(database, () => state.phase === 'open') });
  }

  init(): Promise<void> {
    return this.#sqlite.init();
  }

  destroy(): Promise<void> {
    return this.#sqlite.destroy();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#takeTurn();
    return new StoreConnection(await this.#sqlite.acquireConnection(), this.#parts, () => this.#letOthersGoFirst());
  }

  async releaseConnection(): Promise<void> {
    this.#done?.();
  }

  async beginTransaction(connection: DatabaseConnection, { accessMode }: TransactionSettings): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(accessMode === 'read only' ? 'begin' : 'begin immediate'));
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#sqlite.commitTransaction(connection);
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // a full disk makes SQLite roll back by itself; to do it again is an error, which would hide the first one
    if (this.#parts.database.inTransaction) await this.#sqlite.rollbackTransaction(connection);
  }

  async #takeTurn(): Promise<void> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    this.#done = resolve;
  }

  async #letOthersGoFirst(): Promise<void> {
    this.#done?.();
    await sleep(ASK_AGAIN_MS);
    await this.#takeTurn();
  }
}

class StoreConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection;
  readonly #parts: DriverParts;
  readonly #wait: () => Promise<void>;
  /** Rows that a transaction under way has changed. */
  #changes = 0n;

  constructor(inner: DatabaseConnection, parts: DriverParts, wait: () => Promise<void>) {
    this.#inner = inner;
    this.#parts = parts;
    this.#wait = wait;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { database, state, busyMs } = this.#parts;
    if (state.phase === 'migrating') await failPoint('migration.step');
    const began = performance.now();
    for (;;) {
      try {
        const result = await this.#inner.executeQuery<R>(query);
        this.#note(query.sql, result);
        return result;
      } catch (error) {
        // in the midst of a transaction the lock is held already, and nobody else may come in between
        if (isBusy(error) && !database.inTransaction && performance.now() - began < busyMs) await this.#wait();
        else throw this.#judged(error);
      }
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery(query, chunkSize as number);
  }

  #note(statement: string, { numAffectedRows = 0n }: QueryResult<unknown>): void {
    const { database, state } = this.#parts;
    this.#changes += statement.startsWith('pragma ') ? 1n : numAffectedRows;
    if (database.inTransaction) return;
    if (this.#changes > 0n && statement !== 'rollback') state.wrote();
    this.#changes = 0n;
  }

  #judged(error: unknown): unknown {
    const { state, broken } = this.#parts;
    if (!isPassing(error)) return error;
    state.failed(error);
    if (isBroken(error)) broken(error);
    return new StoreUnavailable(error);
  }
}
