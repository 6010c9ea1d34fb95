import { type Attributes, givenHere, type Keeping, kindOf } from './attributes.ts';
import { FileFault, faultOf } from './file-fault.ts';
import type { FileHost, OpenFile, RunningHash } from './file-host.ts';
import { type PartialFiles, type PartialOf, RESUMABLE_FROM } from './partial-files.ts';

const READ_AT_ONCE = 131_072;

/** A file that is received: nobody sees it before all of it is here and has the checksum that it was sent with. */
export class IncomingFile {
  readonly #host: FileHost;
  readonly #partials: PartialFiles;
  readonly #of: PartialOf;
  readonly #file: OpenFile;
  readonly #partial: string;
  #hash: RunningHash;
  #at = 0;
  /** How long it will be. */
  #size: number;

  private constructor(host: FileHost, partials: PartialFiles, of: PartialOf, file: OpenFile) {
    this.#host = host;
    this.#partials = partials;
    this.#of = of;
    this.#file = file;
    this.#partial = partials.nameFor(of);
    this.#hash = host.sha256();
    this.#size = of.size;
  }

  /** Makes its partial file, or takes up what an earlier attempt left of it. Throws FileFault. */
  static async open(host: FileHost, partials: PartialFiles, of: PartialOf): Promise<IncomingFile> {
    try {
      await refuseOthers(host, of.path);
      const partial = partials.nameFor(of);
      const taken = await partials.takeOver(of);
      const file = await host.disk.open(partial, taken === 'taken' ? host.flags.goOn : host.flags.make, 0o600);
      partials.using(partial);
      const incoming = new IncomingFile(host, partials, of, file);
      if (taken === 'taken') await incoming.#readWhatIsThere();
      return incoming;
    } catch (error) {
      throw faultOf(error);
    }
  }

  /** How many bytes are here. */
  get length(): number {
    return this.#at;
  }

  /** Their SHA-256; empty when there are none. */
  get prefix(): string {
    return this.#at === 0 ? '' : this.#hash.copy().digest('hex');
  }

  /** It has another length by now than was thought when it was opened. */
  announce(size: number): void {
    this.#size = size;
  }

  /** What is here is not how the file begins. */
  async startAnew(): Promise<void> {
    await this.#disk(this.#file.truncate(0));
    this.#hash = this.#host.sha256();
    this.#at = 0;
  }

  /** The next bytes. Throws FileFault. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#at + bytes.length > this.#size) throw new FileFault('length');
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#disk(this.#file.write(bytes, done, bytes.length - done, this.#at + done));
      done += bytesWritten;
    }
    this.#hash.update(bytes);
    this.#at += bytes.length;
  }

  /**
   * The file appears, if it is the one that was sent. Answers names of owners that are unknown here. Throws FileFault; then, and only then,
   * `discard` is still to be called.
   */
  async finish(sha256: string, attributes: Attributes, keeping: Keeping): Promise<string> {
    if (this.#at !== this.#size) throw new FileFault('length');
    if (this.#hash.copy().digest('hex') !== sha256) throw new FileFault('checksum');
    const { mode, ids, unknownOwner } = givenHere(this.#host, attributes, keeping);
    const seconds = attributes.modified / 1_000;
    // changing the owner takes set-id bits away, so the mode comes after it
    if (ids) await this.#disk(this.#file.chown(ids.uid, ids.gid));
    await this.#disk(this.#file.chmod(mode));
    await this.#disk(this.#file.utimes(seconds, seconds));
    await this.#disk(this.#file.datasync());
    await this.#disk(this.#host.disk.rename(this.#partial, this.#of.path));
    await this.#file.close();
    this.#partials.left(this.#of, 'gone');
    return unknownOwner;
  }

  /** It is not to be: nothing stays. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await this.#host.disk.unlink(this.#partial).catch(() => undefined);
    this.#partials.left(this.#of, 'gone');
  }

  /** The connection broke: what is worth it stays for the next attempt. */
  async leave(): Promise<void> {
    if (this.#at < RESUMABLE_FROM) return this.discard();
    await this.#file.close().catch(() => undefined);
    this.#partials.left(this.#of, 'stays');
  }

  async #readWhatIsThere(): Promise<void> {
    const buffer = new Uint8Array(READ_AT_ONCE);
    for (;;) {
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#at);
      if (bytesRead === 0) break;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#at += bytesRead;
    }
    if (this.#at > this.#size) await this.startAnew();
  }

  async #disk<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw faultOf(error);
    }
  }
}

/** A file or link of the name is replaced. Nothing else is. */
async function refuseOthers({ disk }: FileHost, path: string): Promise<void> {
  const stats = await disk.lstat(path).catch((error) => {
    const fault = faultOf(error);
    if (fault.code === 'missing') return undefined;
    throw fault;
  });
  const kind = stats && kindOf(stats);
  if (kind === 'directory' || kind === 'special') throw new FileFault(kind);
}
