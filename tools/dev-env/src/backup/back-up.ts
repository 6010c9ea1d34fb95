import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { copyStore } from '@muster/db';
import { layoutOf } from './layout.ts';
import { checksum, type Entry, MANIFEST, type Manifest, newManifest } from './manifest.ts';

/** What to save, and where. */
export interface BackUpOptions {
  /** The data folder of a service, or a folder with those of several. */
  readonly dataDir: string;
  /** Made by this; must not exist, or be empty. */
  readonly to: string;
  /** Whether master keys and the root account's first credentials are saved, too. */
  readonly withMasterKeys?: boolean;
}

/** Saves stores and keys of services, which may run meanwhile. The folder appears when it is complete. */
export async function backUp({ dataDir, to, withMasterKeys = false }: BackUpOptions): Promise<Manifest> {
  const target = resolve(to);
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new Error(`${target} is not empty; name a new folder`);
  const { stores, files, keptApart } = layoutOf(dataDir);
  if (stores.length === 0) throw new Error(`there is no store of Muster in ${dataDir}`);
  const draft = `${target}.part`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  const takenAt = new Date().toISOString();
  const entries: Entry[] = [];
  const save = async (path: string, copy: (from: string, saved: string) => Promise<Partial<Entry>>) => {
    const [from, saved] = [join(dataDir, path), join(draft, path)];
    mkdirSync(dirname(saved), { recursive: true, mode: 0o700 });
    const more = await copy(from, saved);
    entries.push({ path, mode: statSync(from).mode & 0o777, ...(await checksum(saved)), ...more });
  };
  for (const path of stores) await save(path, copyStore);
  // keys after the stores: what a store says there is a key for is there
  for (const path of withMasterKeys ? [...files, ...keptApart] : files) {
    await save(path, async (from, saved) => {
      copyFileSync(from, saved);
      return {};
    });
  }
  const manifest = newManifest({ takenAt, entries, keptApart: withMasterKeys ? [] : keptApart });
  writeFileSync(join(draft, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600, flush: true });
  rmSync(target, { recursive: true, force: true });
  renameSync(draft, target);
  return manifest;
}
