import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isOpenElsewhere, noteRestoration, readStore } from '@muster/db';
import { lockDataDir } from '../data-dir-lock.ts';
import { CARRIED_OVER, layoutOf } from './layout.ts';
import { type Manifest, readBackup } from './manifest.ts';
import { knownMigrations } from './schemas.ts';

/** What to restore, and where to. */
export interface RestoreOptions {
  /** A folder that `backUp` made. */
  readonly from: string;
  readonly dataDir: string;
  /** Where the keys are that the backup does not hold, laid out as in the data folder; the data folder as it is when absent. */
  readonly keysFrom?: string;
}

/** What was done. */
export interface Restored {
  readonly takenAt: string;
  /** Where the data folder of before is now; undefined when there was none. */
  readonly before: string | undefined;
  /** Keys that were kept apart and are still to be put into place. */
  readonly missing: readonly string[];
}

/**
 * Puts a backup into the place of a data folder. Nothing is touched unless the backup is whole, of this version or an older one, and no
 * service runs on the folder; what was there stays beside it. Machines' own data and the logs are carried over.
 */
export async function restore({ from, dataDir, keysFrom }: RestoreOptions): Promise<Restored> {
  const backup = resolve(from);
  const target = resolve(dataDir);
  const manifest = await readBackup(backup);
  refuseNewer(backup, manifest);
  using _lock = existsSync(target) ? refuseRunning(target) : undefined;

  const draft = `${target}.restoring`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  const restoredAt = Date.now();
  for (const { path, mode } of manifest.entries) {
    put(join(backup, path), join(draft, path), mode);
    if (basename(path) !== 'invocation.db') continue;
    noteRestoration(join(draft, path), { takenAt: Date.parse(manifest.takenAt), restoredAt });
  }
  const keys = keysFrom === undefined ? target : resolve(keysFrom);
  const missing = manifest.keptApart.filter((path) => !existsSync(join(keys, path)));
  for (const path of manifest.keptApart) {
    if (!missing.includes(path)) put(join(keys, path), join(draft, path), 0o600);
  }
  const { takenAt } = manifest;
  if (!existsSync(target)) {
    renameSync(draft, target);
    return { takenAt, before: undefined, missing };
  }
  for (const name of CARRIED_OVER) {
    if (existsSync(join(target, name))) renameSync(join(target, name), join(draft, name));
  }
  const before = `${target}.before-${new Date(restoredAt).toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(target, before);
  renameSync(draft, target);
  return { takenAt, before, missing };
}

function put(from: string, to: string, mode: number): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  copyFileSync(from, to);
  chmodSync(to, mode);
}

/** A store that this version does not know would not start; that is said before anything is in its place. */
function refuseNewer(backup: string, { entries }: Manifest): void {
  for (const { path, migrations } of entries) {
    if (migrations === undefined) continue;
    const known = knownMigrations(basename(path));
    const unknown = readStore(join(backup, path)).migrations.find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw new Error(
        `the backup was made by a newer version of Muster: its ${basename(path)} went through \`${unknown}\`, which this version does not know`,
      );
    }
  }
}

function refuseRunning(dataDir: string): Disposable {
  if (readdirSync(dataDir).length === 0) return { [Symbol.dispose]: () => undefined };
  for (const path of layoutOf(dataDir).stores) {
    if (isOpenElsewhere(join(dataDir, path))) {
      throw new Error(`${join(dataDir, path)} is in use: stop the services that run on ${dataDir} first`);
    }
  }
  return lockDataDir(join(dataDir, 'dev.pid'));
}
