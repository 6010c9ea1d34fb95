import { Refusal } from '@muster/kernel';
import SQLite from 'better-sqlite3';

/** The store cannot do this now and may be able to later: the disk is full, or another process holds the write lock. */
export class StoreUnavailable extends Refusal {
  constructor(cause: unknown) {
    super('unavailable', 'ServiceUnavailable', 'the store cannot take this at the moment; try again');
    this.cause = cause;
  }
}

/** SQLite's extended result code: `SQLITE_FULL`, `SQLITE_IOERR_FSYNC` …; undefined for anything but SQLite's own errors. */
export function sqliteCode(error: unknown): string | undefined {
  return error instanceof SQLite.SqliteError ? error.code : undefined;
}

/** Another connection holds the lock; the same again may succeed without anything else being done. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === 'SQLITE_BUSY' || code === 'SQLITE_BUSY_RECOVERY' || code === 'SQLITE_LOCKED';
}

/** The kinds of trouble that pass: nothing was written, and what was committed before is as it was. */
const PASSING = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM)/;

/** Trouble that passes, as against a mistake in a statement. */
export function isPassing(error: unknown): boolean {
  return PASSING.test(sqliteCode(error) ?? '');
}

/**
 * After a sync that failed nobody knows what is on the disk: the kernel may have dropped the pages and call the next sync a success. Only
 * a process that reads everything anew from the disk can tell, so this one must not go on.
 */
export function isBroken(error: unknown): boolean {
  return /^SQLITE_IOERR_(DIR_)?FSYNC$/.test(sqliteCode(error) ?? '');
}
