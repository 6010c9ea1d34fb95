import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chunk, RecordingChain, type Seal, type Sha256, verifyRecording } from './recording-chain.ts';

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const SESSION = 'ses-12345678';

function record(texts: readonly string[]): { chunks: Chunk[]; seal: Seal } {
  const chain = new RecordingChain(SESSION, sha256);
  const chunks = texts.map((text, index) => chain.add(text, (index + 1) * 10));
  return { chunks, seal: chain.seal };
}
const verdict = (chunks: readonly Chunk[], seal?: Seal, session = SESSION) =>
  verifyRecording(session, chunks, seal, sha256);

const texts = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 8 });

describe('T19: a recording', () => {
  it('is whole as it was written, also by writers one after the other', () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const { chunks, seal } = record(before);
        expect(verdict(chunks, seal)).toEqual({ kind: 'whole' });
        const second = new RecordingChain(SESSION, sha256, seal);
        const more = after.map((text, index) => second.add(text, 100 + index));
        expect(verdict([...chunks, ...more], second.seal)).toEqual({ kind: 'whole' });
      }),
    );
  });

  it('shows that a byte of its end was cut off', () => {
    fc.assert(
      fc.property(texts, (written) => {
        const { chunks, seal } = record(written);
        const last = chunks.at(-1)!;
        const cut = [...chunks.slice(0, -1), { ...last, text: last.text.slice(0, -1) }];
        expect(verdict(cut, seal)).toEqual({ kind: 'changed', number: last.number });
      }),
    );
  });

  it('shows every change of a chunk, and which it was', () => {
    const changes: ((chunk: Chunk) => Chunk)[] = [
      (chunk) => ({ ...chunk, text: `${chunk.text} ` }),
      (chunk) => ({ ...chunk, offset: chunk.offset + 1 }),
      (chunk) => ({ ...chunk, number: chunk.number + 1 }),
      (chunk) => ({ ...chunk, hash: sha256(chunk.hash) }),
      (chunk) => ({ ...chunk, hash: chunk.hash.subarray(1) }),
    ];
    fc.assert(
      fc.property(texts, fc.nat(), fc.constantFrom(...changes), (written, at, change) => {
        const { chunks, seal } = record(written);
        const number = at % chunks.length;
        expect(verdict(chunks.with(number, change(chunks[number]!)), seal)).toEqual({ kind: 'changed', number });
      }),
    );
  });

  it('shows chunks that are missing, wherever they were', () => {
    const { chunks, seal } = record(['a', 'b', 'c']);
    expect(verdict(chunks.slice(1), seal)).toEqual({ kind: 'changed', number: 0 });
    expect(verdict(chunks.toSpliced(1, 1), seal)).toEqual({ kind: 'changed', number: 1 });
    expect(verdict(chunks.slice(0, 2), seal)).toEqual({ kind: 'cut', number: 2 });
    expect(verdict([], seal)).toEqual({ kind: 'cut', number: 0 });
  });

  it('shows a seal of something else: an earlier one, that of a chain made anew, none', () => {
    const { chunks, seal } = record(['a', 'b']);
    const other = record(['a', 'c']);
    expect(verdict(chunks, record(['a']).seal)).toEqual({ kind: 'foreign seal' });
    expect(verdict(other.chunks, seal)).toEqual({ kind: 'foreign seal' });
    expect(verdict(chunks)).toEqual({ kind: 'unsealed' });
  });

  it('cannot be shown as that of another session', () => {
    const { chunks, seal } = record(['a']);
    expect(verdict(chunks, seal, 'ses-87654321')).toEqual({ kind: 'changed', number: 0 });
  });
});
