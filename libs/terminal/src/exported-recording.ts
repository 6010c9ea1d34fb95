import { ChainCheck, type Chunk, type Seal, type Sha256, type Verdict } from './recording-chain.ts';

/*
 * A recording as files: `<name>.cast` is the chunks' texts one behind the other, which every player of asciicasts reads, and
 * `<name>.cast.seal.json` says where they were cut and what they hash to.
 */

/** What stands first in a seal file. */
const FORMAT = 'muster recording seal 1';

/** A chunk without its text. `length` is in bytes. */
interface ChunkMark {
  readonly length: number;
  readonly offset: number;
  readonly hash: Uint8Array;
}

const ENCODER = new TextEncoder();
// bytes that are no UTF-8 were not in a recording: they must not pass for the character that stands for such
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Collects what a seal file says, while the texts are written elsewhere. */
export class SealFile {
  readonly #sessionId: string;
  readonly #marks: ChunkMark[] = [];

  constructor(sessionId: string) {
    this.#sessionId = sessionId;
  }

  /** The next chunk. */
  add({ text, offset, hash }: Chunk): void {
    this.#marks.push({ length: ENCODER.encode(text).length, offset, hash });
  }

  /** The file; without a seal for the recording of a session that is open. */
  end(seal: Seal | undefined): string {
    const chunks = this.#marks.map(({ length, offset, hash }) => JSON.stringify([length, offset, toHex(hash)]));
    const last = seal ? { chunks: seal.chunks, hash: toHex(seal.hash) } : null;
    return [
      `{"format":${JSON.stringify(FORMAT)},"session":${JSON.stringify(this.#sessionId)},"seal":${JSON.stringify(last)},`,
      '"chunks":[',
      chunks.join(',\n'),
      ']}\n',
    ].join('\n');
  }
}

/** Holds a `.cast` file, given piece by piece, against its seal file. It keeps a chunk in memory, not the file. */
export class ExportCheck {
  readonly #marks: readonly ChunkMark[];
  readonly #seal: Seal | undefined;
  readonly #check: ChainCheck;
  #number = 0;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  /** The session that the recording is of, as the seal file says. */
  readonly sessionId: string;

  /** Throws when `sealFile` is none. */
  constructor(sealFile: string, sha256: Sha256) {
    const { sessionId, seal, marks } = parseSealFile(sealFile);
    this.sessionId = sessionId;
    this.#seal = seal;
    this.#marks = marks;
    this.#check = new ChainCheck(sessionId, sha256);
  }

  /** The hash that the event of the session's end names as well; undefined without a seal. */
  get lastHash(): string | undefined {
    return this.#seal && toHex(this.#seal.hash);
  }

  /** The next bytes of the `.cast` file. */
  add(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    let mark = this.#marks[this.#number];
    if (!mark || this.#waitingBytes < mark.length) return;
    let rest = joined(this.#waiting, this.#waitingBytes);
    for (; mark && rest.length >= mark.length; mark = this.#marks[this.#number]) {
      this.#look(mark, rest.subarray(0, mark.length));
      rest = rest.subarray(mark.length);
    }
    this.#waiting = [rest];
    this.#waitingBytes = rest.length;
  }

  /** The file is over. */
  end(): Verdict {
    const verdict = this.#check.end(this.#seal);
    if (verdict.kind === 'changed') return verdict;
    if (this.#number < this.#marks.length) return { kind: 'cut', number: this.#number };
    return this.#waitingBytes > 0 ? { kind: 'longer' } : verdict;
  }

  #look({ offset, hash }: ChunkMark, bytes: Uint8Array): void {
    let text: string | undefined;
    try {
      text = DECODER.decode(bytes);
    } catch {
      // no hash is the empty one
      text = undefined;
    }
    const chunk = {
      number: this.#number,
      offset,
      text: text ?? '',
      hash: text === undefined ? new Uint8Array() : hash,
    };
    this.#check.add(chunk);
    this.#number++;
  }
}

function parseSealFile(text: string): { sessionId: string; seal: Seal | undefined; marks: ChunkMark[] } {
  const file = parsed(text);
  if (file?.format !== FORMAT || typeof file.session !== 'string' || !Array.isArray(file.chunks)) {
    throw notASeal();
  }
  const seal = file.seal as { chunks?: unknown; hash?: unknown } | null | undefined;
  return {
    sessionId: file.session,
    seal: seal ? { chunks: count(seal.chunks), hash: fromHex(seal.hash) } : undefined,
    marks: file.chunks.map((mark: unknown) => {
      const [length, offset, hash] = Array.isArray(mark) ? mark : [];
      return { length: count(length), offset: count(offset), hash: fromHex(hash) };
    }),
  };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    throw notASeal();
  }
}

function count(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw notASeal();
}

function fromHex(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) throw notASeal();
  return Uint8Array.from(value.match(/../g)!, (byte) => Number.parseInt(byte, 16));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function notASeal(): Error {
  return new Error('this is not the seal of a recording');
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
