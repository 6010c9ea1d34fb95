import SQLite from 'better-sqlite3';
import { migrationsDone } from './open.ts';
import { isBusy } from './store-faults.ts';

/** What is in a store's file, as far as it can be told without the service. */
export interface StoreFacts {
  /** The migrations that it has been through, oldest first. */
  readonly migrations: readonly string[];
}

/**
 * Copies a store while its service runs (SQLite's online backup): the copy is the store at one moment, whole, in one file. `to` must not
 * exist. Nobody who writes is held up.
 */
export async function copyStore(from: string, to: string): Promise<StoreFacts> {
  const source = new SQLite(from, { readonly: true, fileMustExist: true });
  try {
    // all of it in one step: between steps a busy writer would make it begin again, for ever
    await source.backup(to, { progress: () => Number.MAX_SAFE_INTEGER });
  } finally {
    source.close();
  }
  const copy = new SQLite(to);
  try {
    // one file, not one with a log beside it
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
  return readStore(to);
}

/** Looks through a store's file that nobody has open. Throws when it is damaged, or no store. */
export function readStore(file: string): StoreFacts {
  const database = new SQLite(file, { readonly: true, fileMustExist: true });
  try {
    const found = database.pragma('integrity_check(1)', { simple: true }) as string;
    if (found !== 'ok') throw new Error(found);
    return { migrations: migrationsDone(database) };
  } catch (error) {
    throw new Error(`${file} is damaged: ${(error as Error).message}`, { cause: error });
  } finally {
    database.close();
  }
}

/** Whether a process has this store open, be it idle. Not to be asked in a process that has it open itself. */
export function isOpenElsewhere(file: string): boolean {
  const database = new SQLite(file, { timeout: 0, fileMustExist: true });
  try {
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('begin exclusive; rollback');
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    database.close();
  }
}

/** Notes in the copy of invocation-svc's store that it was restored; a store of before it could remember that is left alone. */
export function noteRestoration(file: string, { takenAt, restoredAt }: { takenAt: number; restoredAt: number }): void {
  const database = new SQLite(file, { fileMustExist: true });
  try {
    const remembers = database.prepare("select 1 from sqlite_master where name = 'restoration'").get();
    if (remembers === undefined) return;
    const insert = 'insert into restoration (taken_at, restored_at, settled) values (?, ?, 0)';
    database.prepare(insert).run(takenAt, restoredAt);
  } finally {
    database.close();
  }
}
