import { type Attributes, attributesOf, givenHere, type Keeping, kindOf } from './attributes.ts';
import { FileFault, faultOf } from './file-fault.ts';
import type { FileHost, FileStats } from './file-host.ts';
import type { EntryKind } from './messages.ts';
import { folderOf, inside, lastName, MOST_NAMES } from './names.ts';
import { shortHash } from './partial-files.ts';

/** Something in a file system. */
export interface Entry extends Attributes {
  readonly name: string;
  readonly kind: EntryKind;
  /** What a link leads to; `kind` for everything else. */
  readonly leadsTo: EntryKind;
  readonly size: number;
  /** Of a link. */
  readonly target: string;
}

const NOTHING: Entry = {
  name: '',
  kind: 'missing',
  leadsTo: 'missing',
  size: 0,
  target: '',
  ...{ mode: 0, modified: 0, uid: 0, gid: 0, owner: '', group: '' },
};

/** What is at a path. Nothing there is `missing`, and no fault. Throws FileFault. */
export async function entryAt(host: FileHost, path: string, name: string): Promise<Entry> {
  try {
    const stats = await host.disk.lstat(path);
    const kind = kindOf(stats);
    const target = kind === 'link' ? await host.disk.readlink(path) : '';
    const leadsTo = kind === 'link' ? await kindBehind(host, path) : kind;
    return { name, kind, leadsTo, size: kind === 'file' ? stats.size : 0, target, ...attributesOf(host, stats) };
  } catch (error) {
    const fault = faultOf(error);
    if (fault.code === 'missing') return { ...NOTHING, name };
    throw fault;
  }
}

/** Everything in a directory, by name. Throws FileFault. */
export async function entriesIn(host: FileHost, path: string): Promise<Entry[]> {
  const names = await host.disk.readdir(path).catch((error) => Promise.reject(faultOf(error)));
  if (names.length > MOST_NAMES) throw new FileFault('too-many');
  const entries: Entry[] = [];
  for (const name of names.toSorted()) {
    const entry = await entryAt(host, inside(path, name), name);
    // a name that is no UTF-8 was read as one that nothing has
    if (entry.kind !== 'missing') entries.push(entry);
    else if (name.includes('\ufffd')) entries.push({ ...entry, kind: 'unnameable' });
  }
  return entries;
}

/** What came of making something. */
export interface Made {
  readonly made: boolean;
  /** Names of owners that are unknown here. */
  readonly unknownOwner: string;
}

/** Makes a directory; one that is there stays as it is, and a link to one is none. Throws FileFault. */
export async function makeFolder(
  host: FileHost,
  path: string,
  attributes: Attributes,
  { parents, ...keeping }: Keeping & { readonly parents: boolean },
): Promise<Made> {
  const { disk } = host;
  const { mode, ids, unknownOwner } = givenHere(host, attributes, keeping);
  try {
    if (parents) await makeParents(host, path);
    // filled before it is given its own mode, which may forbid that
    await disk.mkdir(path, { mode: (mode & 0o777) | 0o700 });
    if (ids) await disk.lchown(path, ids.uid, ids.gid);
    return { made: true, unknownOwner };
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw faultOf(error);
    const kind = kindOf(await disk.lstat(path).catch((gone) => Promise.reject(faultOf(gone))));
    if (kind === 'directory') return { made: false, unknownOwner: '' };
    throw new FileFault(kind === 'link' ? 'link' : 'not-a-directory');
  }
}

/** Gives a directory what it could not have while it was filled: its mode, whose bits the caller believes, and its time. Throws FileFault. */
export async function settleFolder({ disk }: FileHost, path: string, mode: number, modified: number): Promise<void> {
  try {
    await disk.chmod(path, mode & 0o7777);
    await disk.utimes(path, modified / 1_000, modified / 1_000);
  } catch (error) {
    throw faultOf(error);
  }
}

/** Makes a symbolic link, in the place of a file or link of the name. Throws FileFault. */
export async function makeLink(
  host: FileHost,
  path: string,
  target: string,
  { attributes, keeping }: { attributes: Attributes; keeping: Keeping },
): Promise<Made> {
  const { disk } = host;
  const { ids, unknownOwner } = givenHere(host, attributes, keeping);
  const beside = inside(folderOf(path), `.muster-link-${shortHash(host, lastName(path))}-${host.pid}.part`);
  try {
    const there = await disk.lstat(path).catch(() => undefined);
    const kind = there && kindOf(there);
    if (kind === 'directory' || kind === 'special') throw new FileFault(kind);
    await disk.unlink(beside).catch(() => undefined);
    await disk.symlink(target, beside);
    if (ids) await disk.lchown(beside, ids.uid, ids.gid);
    await disk.lutimes(beside, attributes.modified / 1_000, attributes.modified / 1_000);
    await disk.rename(beside, path);
    return { made: true, unknownOwner };
  } catch (error) {
    await disk.unlink(beside).catch(() => undefined);
    throw faultOf(error);
  }
}

async function makeParents(host: FileHost, path: string): Promise<void> {
  const above = folderOf(path);
  if (above === '.' || above === '/') return;
  const isThere = async () => {
    const stats: FileStats | undefined = await host.disk.stat(above).catch(() => undefined);
    return stats?.isDirectory() === true;
  };
  if (await isThere()) return;
  await makeParents(host, above);
  try {
    await host.disk.mkdir(above, { mode: 0o755 });
  } catch (error) {
    // what is copied beside this may have made the same one meanwhile
    if (!(await isThere())) throw error;
  }
}

async function kindBehind({ disk }: FileHost, path: string): Promise<EntryKind> {
  const stats = await disk.stat(path).catch(() => undefined);
  return stats ? kindOf(stats) : 'missing';
}
