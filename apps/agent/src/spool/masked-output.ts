import { open } from 'node:fs/promises';
import { Mask } from '../domain/mask.ts';
import type { Output, TaskFolder } from './task-folder.ts';

/** Bytes that are read at once. */
const PIECE_BYTES = 262_144;

/**
 * A copy of an output with the task's hidden values masked, which is all that leaves the machine. It follows the file that the supervisor
 * writes. Another agent makes it again from the first byte, and it comes out the same.
 */
export class MaskedOutput {
  readonly file: string;
  readonly #folder: TaskFolder;
  readonly #output: Output;
  readonly #mask: Mask;
  #read = 0;
  #length = 0;
  /** Masked and not in the copy yet: what is left when the disk does not take it. */
  #unwritten: Uint8Array = new Uint8Array();
  #begun: boolean = false;
  #ended: boolean = false;
  #stopped: boolean = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(folder: TaskFolder, output: Output) {
    const { hiddenValues, outputLimitBytes } = folder.order;
    this.file = folder.file(`${output}.masked`);
    this.#folder = folder;
    this.#output = output;
    this.#mask = new Mask(hiddenValues, outputLimitBytes);
  }

  /** Bytes that the copy has. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of the output that are not in the copy in any form; known once it is complete. */
  get discarded(): number {
    return Math.max(this.#folder.countedBytes(this.#output) ?? 0, this.#read) - this.#mask.taken;
  }

  /** Copies what is there by now. Rejects when the disk does not take it; the next call goes on from there. */
  follow(): Promise<void> {
    return this.#next(() => this.#copy());
  }

  /** The output is complete: copies the rest. */
  conclude(): Promise<void> {
    return this.#next(async () => {
      await this.#copy();
      if (this.#ended) return;
      this.#unwritten = this.#mask.end({ cut: !this.#isWhole });
      this.#ended = true;
      await this.#copy();
    });
  }

  /** Writes no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turn.catch(() => {});
  }

  /** Whether nothing was thrown away. Where nobody could count, something may have been. */
  get #isWhole(): boolean {
    const counted = this.#folder.countedBytes(this.#output);
    return this.#folder.exit() !== undefined && counted !== undefined && counted <= this.#read;
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.catch(() => {}).then(work);
    return this.#turn;
  }

  async #copy(): Promise<void> {
    while (!this.#stopped) {
      await this.#write();
      const there = this.#ended ? this.#read : this.#folder.keptBytes(this.#output);
      if (this.#read >= there) return;
      const piece = await this.#readPiece(Math.min(there - this.#read, PIECE_BYTES));
      this.#read += piece.length;
      this.#unwritten = this.#mask.push(piece);
    }
  }

  async #readPiece(length: number): Promise<Uint8Array> {
    await using file = await open(this.#folder.file(this.#output));
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, this.#read);
    return buffer.subarray(0, bytesRead);
  }

  async #write(): Promise<void> {
    if (this.#begun && this.#unwritten.length === 0) return;
    await using file = await open(this.file, this.#begun ? 'r+' : 'w', 0o600);
    this.#begun = true;
    let written = 0;
    while (written < this.#unwritten.length) {
      const left = this.#unwritten.length - written;
      written += (await file.write(this.#unwritten, written, left, this.#length + written)).bytesWritten;
    }
    this.#unwritten = new Uint8Array();
    this.#length += written;
  }
}
