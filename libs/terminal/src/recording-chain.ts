import { chainBytes } from '@muster/kernel';

/** SHA-256: who has a platform brings it. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** A part of a recording, as it is stored. */
export interface Chunk {
  readonly number: number;
  /** The offset in the session's output behind what it holds. */
  readonly offset: number;
  readonly text: string;
  /** Over everything above, the session, and the hash of the chunk before. */
  readonly hash: Uint8Array;
}

/** The end of a recording, kept apart from the chunks: without it nobody can tell that the last ones are missing. */
export interface Seal {
  readonly chunks: number;
  readonly hash: Uint8Array;
}

/** What a look at a whole recording says. */
export type Verdict =
  | { readonly kind: 'whole' }
  /** Fits as far as it goes, and was never sealed. */
  | { readonly kind: 'unsealed' }
  /** This chunk was changed, is not this session's, or stands in the place of another. */
  | { readonly kind: 'changed'; readonly number: number }
  /** The chunks from this one on are not there. */
  | { readonly kind: 'cut'; readonly number: number }
  /** The file holds more than its chunks. */
  | { readonly kind: 'longer' }
  /** There are more chunks than were sealed, or the seal is of other ones. */
  | { readonly kind: 'foreign seal' };

const ENCODER = new TextEncoder();
const NOTHING = new Uint8Array();

/** Links the chunks of one session's recording to a chain. */
export class RecordingChain {
  readonly #sessionId: string;
  readonly #sha256: Sha256;
  #seal: Seal;

  /** `from` is where an earlier chain of the same session ended. */
  constructor(sessionId: string, sha256: Sha256, from: Seal = { chunks: 0, hash: NOTHING }) {
    this.#sessionId = sessionId;
    this.#sha256 = sha256;
    this.#seal = from;
  }

  /** What the seal would be if the recording ended here. */
  get seal(): Seal {
    return this.#seal;
  }

  /** The next chunk. */
  add(text: string, offset: number): Chunk {
    const number = this.#seal.chunks;
    const texts = [this.#sessionId, String(number), String(offset), text].map((each) => ENCODER.encode(each));
    const hash = this.#sha256(chainBytes(this.#seal.hash, texts));
    this.#seal = { chunks: number + 1, hash };
    return { number, offset, text, hash };
  }
}

/** Holds chunks against their hashes and the seal, one after the other. */
export class ChainCheck {
  readonly #chain: RecordingChain;
  #changed: number | undefined;

  /** `from` is what stands before the first chunk that is looked at: how many those are, and the hash of the last of them. */
  constructor(sessionId: string, sha256: Sha256, from?: Seal) {
    this.#chain = new RecordingChain(sessionId, sha256, from);
  }

  /** The next chunk that is there; false when it does not fit, or one before it did not. */
  add(chunk: Chunk): boolean {
    if (this.#changed !== undefined) return false;
    const { number, hash } = this.#chain.add(chunk.text, chunk.offset);
    if (chunk.number !== number || !same(chunk.hash, hash)) this.#changed = number;
    return this.#changed === undefined;
  }

  /** There are no more chunks. */
  end(seal: Seal | undefined): Verdict {
    if (this.#changed !== undefined) return { kind: 'changed', number: this.#changed };
    if (!seal) return { kind: 'unsealed' };
    const { chunks, hash } = this.#chain.seal;
    if (chunks < seal.chunks) return { kind: 'cut', number: chunks };
    return chunks === seal.chunks && same(hash, seal.hash) ? { kind: 'whole' } : { kind: 'foreign seal' };
  }
}

/** Holds the chunks that are there against their hashes and the seal. */
export function verifyRecording(
  sessionId: string,
  chunks: Iterable<Chunk>,
  seal: Seal | undefined,
  sha256: Sha256,
): Verdict {
  const check = new ChainCheck(sessionId, sha256);
  for (const chunk of chunks) {
    if (!check.add(chunk)) break;
  }
  return check.end(seal);
}

/** What does not fit, for people; undefined when everything does. */
export function faultInWords(verdict: Verdict): string | undefined {
  switch (verdict.kind) {
    case 'whole':
      return undefined;
    case 'unsealed':
      return 'it is not sealed: nobody can tell whether its end is missing';
    case 'changed':
      return `chunk ${verdict.number} was changed, or stands in the place of another`;
    case 'cut':
      return `it was cut: chunk ${verdict.number} is missing, and all behind it`;
    case 'longer':
      return 'there is more than was sealed';
    case 'foreign seal':
      return 'the seal is not that of this recording';
  }
}

/** Hashes that anybody may make again are no secrets: how long a comparison takes tells nothing. */
function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
