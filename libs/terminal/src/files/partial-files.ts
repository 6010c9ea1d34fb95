import type { FileHost } from './file-host.ts';
import { folderOf, inside, lastName } from './names.ts';

/** Shorter ones are sent again: asking would take longer. */
export const RESUMABLE_FROM = 65_536;

/** What a partial file will become. */
export interface PartialOf {
  readonly path: string;
  /** At the source. */
  readonly size: number;
  readonly modified: number;
}

interface Found {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  readonly pid: number;
}

const FORM = /^\.muster-([0-9a-f]{12})-([0-9a-f]{12})-(\d{1,10})\.part$/;

/**
 * The partial files of this end: how they are named, and which of those that lie about may be taken over. Only what belongs to no living
 * process is touched, so nobody writes into another's file.
 */
export class PartialFiles {
  readonly #host: FileHost;
  /** What lay in a directory when it was looked at first; few or none. */
  readonly #found = new Map<string, Found[]>();
  readonly #inUse = new Set<string>();

  constructor(host: FileHost) {
    this.#host = host;
  }

  /** Where to write. */
  nameFor(of: PartialOf): string {
    const { name, version } = this.#key(of);
    return inside(folderOf(of.path), `.muster-${name}-${version}-${this.#host.pid}.part`);
  }

  /** From now on, or not any more, this process writes there. */
  using(file: string): void {
    this.#inUse.add(file);
  }

  /** This process writes there no more. When the file stays, it may be taken up again. */
  left(of: PartialOf, what: 'stays' | 'gone'): void {
    const file = this.nameFor(of);
    this.#inUse.delete(file);
    if (what === 'stays') this.#found.get(folderOf(of.path))?.push({ file, ...this.#key(of), pid: this.#host.pid });
  }

  /** Takes over what an earlier attempt left of exactly this file, under its own name; removes what is left of other versions of it. */
  async takeOver(of: PartialOf): Promise<'taken' | 'none'> {
    const { name, version } = this.#key(of);
    const folder = folderOf(of.path);
    const found = await this.#in(folder);
    const own = this.nameFor(of);
    let taken: 'taken' | 'none' = 'none';
    for (const each of found.filter((one) => one.name === name && this.#isAbandoned(one))) {
      found.splice(found.indexOf(each), 1);
      if (!(await this.#isOurs(each.file))) continue;
      if (each.version === version && taken === 'none') {
        if (each.file === own || (await this.#renamed(each.file, own))) taken = 'taken';
      } else await this.#host.disk.unlink(each.file).catch(() => undefined);
    }
    return taken;
  }

  #key({ path, size, modified }: PartialOf): { name: string; version: string } {
    return { name: shortHash(this.#host, lastName(path)), version: shortHash(this.#host, `${size} ${modified}`) };
  }

  async #in(folder: string): Promise<Found[]> {
    const known = this.#found.get(folder);
    if (known) return known;
    const names = await this.#host.disk.readdir(folder).catch(() => []);
    const found = names.flatMap((each) => {
      const [, name, version, pid] = FORM.exec(each) ?? [];
      return name && version ? [{ file: inside(folder, each), name, version, pid: Number(pid) }] : [];
    });
    this.#found.set(folder, found);
    return found;
  }

  #isAbandoned({ file, pid }: Found): boolean {
    return pid === this.#host.pid ? !this.#inUse.has(file) : !this.#host.isAlive(pid);
  }

  /** A plain file that nobody else could have written: what others put there to be taken up is none. */
  async #isOurs(file: string): Promise<boolean> {
    const stats = await this.#host.disk.lstat(file).catch(() => undefined);
    return stats?.isFile() === true && stats.uid === this.#host.uid && stats.nlink === 1 && (stats.mode & 0o077) === 0;
  }

  async #renamed(from: string, to: string): Promise<boolean> {
    try {
      await this.#host.disk.rename(from, to);
      return true;
    } catch {
      // somebody else was faster
      return false;
    }
  }
}

/** Stands for a text in the name of a file. */
export function shortHash(host: Pick<FileHost, 'sha256'>, text: string): string {
  const hash = host.sha256();
  hash.update(new TextEncoder().encode(text));
  return hash.digest('hex').slice(0, 12);
}
