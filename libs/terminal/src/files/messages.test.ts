import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageStream } from './message-stream.ts';
import { type FilesAnswer, type FilesRequest, filesAnswers, filesRequests } from './messages.ts';
import { BrokenStream, MOST_MESSAGE, PacketReader, packetOf } from './packets.ts';

const text = fc.string({ unit: 'grapheme' });
const count = fc.maxSafeNat();
const u32 = fc.nat(0xffff_ffff);
const attributes = { mode: u32, modified: count, uid: u32, gid: u32, owner: text, group: text };
const requests: fc.Arbitrary<FilesRequest> = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), path: text, from: count, prefix: text }),
  fc.record({
    kind: fc.constant('put' as const),
    path: text,
    size: count,
    ...attributes,
    keepOwner: fc.boolean(),
    resumable: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('data' as const), bytes: fc.uint8Array({ maxLength: 50 }) }),
  fc.record({ kind: fc.constant('bye' as const) }),
);

/** The same bytes in other pieces. */
function* pieces(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

describe('a stream of messages', () => {
  it('is read as it was written, however its bytes are cut', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(requests, { maxLength: 8 }), sizes, (sent, cuts) => {
        const stream = new MessageStream({ incoming: filesRequests, outgoing: filesRequests });
        const bytes = Buffer.concat(sent.map((each) => stream.write(each)));
        const read = [...pieces(bytes, cuts)].flatMap((piece) =>
          stream.read(piece).map((each) => ('bytes' in each ? { ...each, bytes: new Uint8Array(each.bytes) } : each)),
        );
        expect(read).toEqual(sent);
      }),
    );
  });

  it('T11: that a hostile machine sends is read or broken off, and never kept for longer than a message', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), (noise) => {
        const stream = new MessageStream<FilesAnswer, FilesRequest>({
          incoming: filesAnswers,
          outgoing: filesRequests,
        });
        try {
          for (const bytes of noise) stream.read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(BrokenStream);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['no bytes', 0],
    ['more bytes than any message has', MOST_MESSAGE + 1],
    ['four gigabytes', 0xffff_ffff],
  ])('is broken by a length of %s', (_, length) => {
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, length);
    expect(() => new PacketReader().push(head)).toThrow(BrokenStream);
  });

  it('is whole only behind a message', () => {
    const reader = new PacketReader();
    const packet = packetOf(Uint8Array.of(1, 2, 3));
    reader.push(packet.subarray(0, 5));
    expect(reader.isWhole).toBe(false);
    expect(reader.push(packet.subarray(5))).toHaveLength(1);
    expect(reader.isWhole).toBe(true);
  });

  it('has a form that stays', () => {
    const stream = new MessageStream({ incoming: filesAnswers, outgoing: filesRequests });
    const hex = (request: FilesRequest) => Buffer.from(stream.write(request)).toString('hex');
    expect(hex({ kind: 'hello', version: 1 })).toBe('000000020101');
    expect(hex({ kind: 'look', path: '/a' })).toBe('000000050200022f61');
    expect(hex({ kind: 'go', from: 258 })).toBe('00000009060000000000000102');
    expect(hex({ kind: 'data', bytes: Uint8Array.of(9) })).toBe('000000020709');
    expect(hex({ kind: 'bye' })).toBe('000000010d');
  });
});
