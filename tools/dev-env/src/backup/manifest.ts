import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';

/** The name of the file that says what a backup holds. */
export const MANIFEST = 'muster-backup.json';
const FORMAT = 1;

/** One file of a backup. */
export interface Entry {
  /** Relative to the data folder and to the backup. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Of a store: the migrations that it has been through. */
  readonly migrations?: readonly string[];
}

/** What a backup holds. */
export interface Manifest {
  readonly format: number;
  /** ISO 8601: when the first store was copied. */
  readonly takenAt: string;
  readonly entries: readonly Entry[];
  /** What is needed besides and lies elsewhere, relative to the data folder. */
  readonly keptApart: readonly string[];
}

/** A manifest as this version writes it. */
export function newManifest(parts: Omit<Manifest, 'format'>): Manifest {
  return { format: FORMAT, ...parts };
}

/** Reads a backup's manifest and checks every file against it. Throws an Error for people when it is no backup, a newer one or damaged. */
export async function readBackup(folder: string): Promise<Manifest> {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) throw new Error(`${folder} is no backup: it has no ${MANIFEST}`);
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch (error) {
    throw new Error(`the backup is damaged: ${MANIFEST} cannot be read`, { cause: error });
  }
  if (manifest.format !== FORMAT) {
    throw new Error(
      `the backup was made by a newer version of Muster (format ${manifest.format}, this one reads ${FORMAT})`,
    );
  }
  for (const { path, bytes, sha256 } of manifest.entries) {
    if (isAbsolute(path) || normalize(path) !== path || path.startsWith('..')) {
      throw new Error(`the backup is damaged: it would write to ${path}`);
    }
    const found = existsSync(join(folder, path)) ? await checksum(join(folder, path)) : undefined;
    if (found === undefined) throw new Error(`the backup is damaged: ${path} is missing`);
    if (found.sha256 !== sha256 || found.bytes !== bytes) {
      throw new Error(`the backup is damaged: ${path} is not what was saved`);
    }
  }
  return manifest;
}

/** The length of a file and the SHA-256 of its bytes in hex. */
export async function checksum(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
