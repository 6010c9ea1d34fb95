import type { FileHost, FileStats } from './file-host.ts';
import type { EntryKind } from './messages.ts';

/** What is kept of a file beside its content. */
export interface Attributes {
  /** Permissions with the set-id and sticky bits, nothing of the kind. */
  readonly mode: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly uid: number;
  readonly gid: number;
  /** Empty when the number has no name there. */
  readonly owner: string;
  readonly group: string;
}

/** What of the attributes is wanted. */
export interface Keeping {
  readonly owner: boolean;
  /** Whether set-user and set-group bits are believed: not those of a machine. */
  readonly setId: boolean;
}

/** What will become of them here. */
export interface Given {
  readonly mode: number;
  /** Whose it will be; undefined for the user that copies. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
  /** Names that this machine does not know, with a comma between. */
  readonly unknownOwner: string;
}

/** Attributes of what was found. */
export function attributesOf({ accounts }: FileHost, { mode, mtimeMs, uid, gid }: FileStats): Attributes {
  return {
    mode: mode & 0o7777,
    modified: Math.max(0, Math.round(mtimeMs)),
    uid,
    gid,
    owner: accounts.userName(uid),
    group: accounts.groupName(gid),
  };
}

/** What can be kept here of attributes from elsewhere. Names count, numbers only where there was no name. */
export function givenHere(host: FileHost, from: Attributes, keeping: Keeping): Given {
  const plain = from.mode & 0o1777;
  if (!keeping.owner || host.uid !== 0) return { mode: plain, ids: undefined, unknownOwner: '' };
  const uid = from.owner === '' ? from.uid : host.accounts.uid(from.owner);
  const gid = from.group === '' ? from.gid : host.accounts.gid(from.group);
  const unknown = [...(uid === undefined ? [from.owner] : []), ...(gid === undefined ? [from.group] : [])];
  const whole = uid !== undefined && gid !== undefined;
  return {
    // with another owner these bits would say something that nobody said
    mode: whole && keeping.setId ? from.mode & 0o7777 : plain,
    ids: { uid: uid ?? host.uid, gid: gid ?? 0 },
    unknownOwner: unknown.join(', '),
  };
}

/** The kind of what was found. */
export function kindOf(stats: FileStats): EntryKind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'special';
}
