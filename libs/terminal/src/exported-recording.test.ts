import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExportCheck, SealFile } from './exported-recording.ts';
import { faultInWords, RecordingChain, type Sha256 } from './recording-chain.ts';

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();

/** A recording of these texts, as files. */
function exported(texts: readonly string[], { sealed = true, session = 'ses-00000001' } = {}) {
  const chain = new RecordingChain(session, sha256);
  const file = new SealFile(session);
  texts.forEach((text, index) => {
    file.add(chain.add(text, (index + 1) * 10));
  });
  return { cast: Buffer.from(texts.join('')), seal: file.end(sealed ? chain.seal : undefined) };
}

function verdict({ cast, seal }: { cast: Uint8Array; seal: string }, pieceBytes = 5) {
  const check = new ExportCheck(seal, sha256);
  for (let at = 0; at < cast.length; at += pieceBytes) check.add(cast.subarray(at, at + pieceBytes));
  return check.end();
}

const TEXTS = ['{"version":2}\n[0.1,"o","漢"]\n', '[1,"o","\ufffd"]\n', '[2,"o","end"]\n'];
const texts = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 8 });

describe('an exported recording', () => {
  it('is whole as it was written, however it is read', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 40 }), (some, pieceBytes) => {
        expect(verdict(exported(some), pieceBytes)).toEqual({ kind: 'whole' });
      }),
    );
  });

  it('is found out when it lacks a byte, has one more, or another one, wherever that is', () => {
    fc.assert(
      fc.property(
        texts,
        fc.nat(),
        fc.constantFrom('cut', 'add', 'change'),
        fc.integer({ min: 1, max: 255 }),
        (some, place, how, by) => {
          const { cast, seal } = exported(some);
          const at = place % cast.length;
          const [before, after] = [cast.subarray(0, at), cast.subarray(at + 1)];
          const other = {
            cut: Buffer.concat([before, after]),
            add: Buffer.concat([before, Buffer.of(by), cast.subarray(at)]),
            change: Buffer.concat([before, Buffer.of(cast[at]! ^ by), after]),
          }[how];
          expect(verdict({ cast: other, seal }).kind).not.toBe('whole');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('says where it was cut, and that there is more than was sealed', () => {
    const { cast, seal } = exported(TEXTS);
    expect(verdict({ cast: cast.subarray(0, -1), seal })).toEqual({ kind: 'cut', number: 2 });
    expect(verdict({ cast: Buffer.concat([cast, Buffer.from('\n')]), seal })).toEqual({ kind: 'longer' });
  });

  it('does not take a byte that is no text for the character that stands for such', () => {
    const { cast, seal } = exported(TEXTS);
    const at = cast.indexOf('\ufffd');
    const other = Buffer.concat([cast.subarray(0, at), Buffer.of(0xff), cast.subarray(at + 3)]);
    const shorter = seal.replace(`[${Buffer.byteLength(TEXTS[1]!)},`, `[${Buffer.byteLength(TEXTS[1]!) - 2},`);
    expect(verdict({ cast: other, seal: shorter })).toEqual({ kind: 'changed', number: 1 });
  });

  it('is not that of another session, nor with its chunks in another order or fewer of them', () => {
    const { cast, seal } = exported(TEXTS);
    expect(verdict({ cast, seal: seal.replace('ses-00000001', 'ses-00000002') }).kind).toBe('changed');
    const lines = seal.split('\n');
    const fewer = [...lines.slice(0, 3), lines[3]!.slice(0, -1), ...lines.slice(5)].join('\n');
    const shorter = cast.subarray(0, -Buffer.byteLength(TEXTS[2]!));
    expect(verdict({ cast: shorter, seal: fewer })).toEqual({ kind: 'cut', number: 2 });
    const swapped = exported([TEXTS[0]!, TEXTS[2]!, TEXTS[1]!]);
    expect(verdict({ cast: swapped.cast, seal }).kind).toBe('changed');
  });

  it('of an open session fits, and says that it is not sealed', () => {
    expect(verdict(exported(TEXTS, { sealed: false }))).toEqual({ kind: 'unsealed' });
  });

  it('names the session and the hash that the event of its end names', () => {
    const check = new ExportCheck(exported(TEXTS).seal, sha256);
    expect(check.sessionId).toBe('ses-00000001');
    expect(check.lastHash).toMatch(/^[0-9a-f]{64}$/);
  });
});

it.each([
  '',
  '[]',
  'null',
  '{"format":"muster recording seal 1","session":"s","chunks":[[1,2,"x"]]}',
  '{"format":"other"}',
])('refuses a seal file that is none: %s', (text) => {
  expect(() => new ExportCheck(text, sha256)).toThrow('this is not the seal of a recording');
});

it('says in words what does not fit', () => {
  expect(faultInWords({ kind: 'whole' })).toBeUndefined();
  expect(faultInWords({ kind: 'cut', number: 2 })).toBe('it was cut: chunk 2 is missing, and all behind it');
});
