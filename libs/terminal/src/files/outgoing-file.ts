import { MOST_DATA } from '../form.ts';
import { type Attributes, attributesOf } from './attributes.ts';
import { FileFault, faultOf } from './file-fault.ts';
import type { FileHost, FileStats, OpenFile, RunningHash } from './file-host.ts';

const READ_AT_ONCE = 4 * MOST_DATA;

/** A file that is sent: as long as it was when it was opened. */
export class OutgoingFile implements AsyncDisposable {
  readonly attributes: Attributes;
  readonly #host: FileHost;
  readonly #file: OpenFile;
  readonly #stats: FileStats;
  readonly #buffer = new Uint8Array(READ_AT_ONCE);
  #hash: RunningHash;
  #at = 0;

  private constructor(host: FileHost, file: OpenFile, stats: FileStats) {
    this.#host = host;
    this.#file = file;
    this.#stats = stats;
    this.#hash = host.sha256();
    this.attributes = attributesOf(host, stats);
  }

  /** Opens a plain file. Throws FileFault. */
  static async open(host: FileHost, path: string): Promise<OutgoingFile> {
    const file = await host.disk.open(path, host.flags.read).catch((error) => Promise.reject(faultOf(error)));
    try {
      const stats = await file.stat();
      if (stats.isDirectory()) throw new FileFault('directory');
      if (!stats.isFile()) throw new FileFault('special');
      return new OutgoingFile(host, file, stats);
    } catch (error) {
      await file.close();
      throw faultOf(error);
    }
  }

  /** Bytes that will be sent, or are there already. */
  get size(): number {
    return this.#stats.size;
  }

  /** Reads up to `length`, at most the whole file, and answers the SHA-256 of all that was read. What follows begins there. */
  async hashUpTo(length: number): Promise<string> {
    while (this.#at < Math.min(length, this.size)) await this.#read(length - this.#at);
    return this.#hash.copy().digest('hex');
  }

  /** What the other side has is not how the file begins. */
  startAnew(): void {
    this.#hash = this.#host.sha256();
    this.#at = 0;
  }

  /** Every further byte, in pieces that fit a message; each is there until the next one is asked for. Throws FileFault. */
  async *bytes(): AsyncGenerator<Uint8Array> {
    while (this.#at < this.size) {
      const bytes = await this.#read(READ_AT_ONCE);
      for (let at = 0; at < bytes.length; at += MOST_DATA) yield bytes.subarray(at, at + MOST_DATA);
    }
  }

  /** The SHA-256 of the whole file, once all was read. Throws FileFault when it is not what it was any more. */
  async end(): Promise<string> {
    const { size, mtimeMs } = await this.#file.stat();
    // what was appended does not concern what was read
    if (size < this.size || (size === this.size && mtimeMs !== this.#stats.mtimeMs)) throw new FileFault('changed');
    // files of /proc say that they are empty, and are not
    const beyond = await this.#file.read(this.#buffer, 0, 1, this.size);
    if (beyond.bytesRead > 0 && size === this.size) throw new FileFault('length');
    return this.#hash.digest('hex');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async #read(most: number): Promise<Uint8Array> {
    const length = Math.min(most, READ_AT_ONCE, this.size - this.#at);
    const { bytesRead } = await this.#file
      .read(this.#buffer, 0, length, this.#at)
      .catch((error) => Promise.reject(faultOf(error)));
    if (bytesRead === 0) throw new FileFault('changed');
    const bytes = this.#buffer.subarray(0, bytesRead);
    this.#hash.update(bytes);
    this.#at += bytesRead;
    return bytes;
  }
}
