import { lstatSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/**
 * The stores, in the order in which they are copied: what one refers to is in a copy that was made later. A session may be on a machine, a run
 * may name a command and an invoker a delegation that came up in between; nothing may be missing the other way.
 */
const STORES = ['session.db', 'invocation.db', 'command.db', 'iam.db'] as const;

/** Machines keep their own data; logs and the bus's stream of past events are not needed to go on. */
const LEFT_OUT_FOLDERS = ['machines', 'logs', 'jetstream'];
const LEFT_OUT_FILES = /(-wal|-shm|-journal|\.log|\.pid|\.ports|\.tmp|\.new)$/;
/** What opens the rest: with the stores in one place they would protect nothing. */
const KEPT_APART = /(^|\/)([^/]*master\.key|root-credentials\.json)$/;

/** What of a data folder goes where; paths are relative to it. */
export interface Layout {
  /** In the order in which they are to be copied. */
  readonly stores: readonly string[];
  readonly files: readonly string[];
  /** Not in a backup unless asked for. */
  readonly keptApart: readonly string[];
}

/** Finds what belongs to services below a folder: that of one service, or of several. */
export function layoutOf(dataDir: string): Layout {
  const found = { stores: [] as string[], files: [] as string[], keptApart: [] as string[] };
  const look = (folder: string) => {
    for (const name of readdirSync(folder).sort((one, other) => (one < other ? -1 : 1))) {
      const path = join(folder, name);
      const stat = lstatSync(path);
      if (stat.isDirectory() && !LEFT_OUT_FOLDERS.includes(name)) look(path);
      if (!stat.isFile() || LEFT_OUT_FILES.test(name)) continue;
      const own = relative(dataDir, path);
      if (isStore(name)) found.stores.push(own);
      else found[KEPT_APART.test(own) ? 'keptApart' : 'files'].push(own);
    }
  };
  look(dataDir);
  const place = (path: string) => (STORES as readonly string[]).indexOf(basename(path));
  found.stores.sort((one, other) => place(one) - place(other));
  return found;
}

/** What stays where it is when an installation is restored, relative to its folder. */
export const CARRIED_OVER = ['machines', 'logs'];

function isStore(name: string): boolean {
  return (STORES as readonly string[]).includes(name);
}
