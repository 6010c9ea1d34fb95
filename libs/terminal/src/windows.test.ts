import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiveWindow } from './receive-window.ts';
import { type Acknowledgement, type Piece, SendWindow } from './send-window.ts';

const CAPACITY = 64;
const WINDOW = 24;
const byteAt = (offset: number) => (offset * 31) & 0xff;
const stream = (from: number, length: number) => Uint8Array.from({ length }, (_, index) => byteAt(from + index));

/** Two ends of a stream and a wire between them that may lose, repeat and reorder. */
class Wire {
  sender = new SendWindow({ capacity: CAPACITY, limit: WINDOW });
  receiver = new ReceiveWindow({ window: WINDOW });
  pieces: Piece[] = [];
  acknowledgements: Acknowledgement[] = [];
  received = 0;
  consumed = 0;

  append(length: number) {
    this.sender.append(stream(this.sender.end, Math.min(length, this.sender.room)));
  }
  send(most: number) {
    const piece = this.sender.next(most);
    if (piece) this.pieces.push(piece);
  }
  deliver(index: number, keep: boolean) {
    const at = index % (this.pieces.length || 1);
    const piece = keep ? this.pieces[at] : this.pieces.splice(at, 1)[0];
    if (!piece) return;
    const result = this.receiver.accept(piece.offset, piece.bytes);
    expect(result.kind).not.toBe('overrun');
    if (result.kind === 'fresh') {
      expect([...result.bytes]).toEqual([...stream(this.received, result.bytes.length)]);
      this.received += result.bytes.length;
    }
    expect(this.received - this.consumed).toBeLessThanOrEqual(WINDOW);
  }
  consume(count: number) {
    const some = Math.min(count, this.received - this.consumed);
    this.receiver.consume(some);
    this.consumed += some;
  }
  tell() {
    this.acknowledgements.push(this.receiver.acknowledgement());
  }
  hear(index: number, keep: boolean) {
    const at = index % (this.acknowledgements.length || 1);
    const said = keep ? this.acknowledgements[at] : this.acknowledgements.splice(at, 1)[0];
    if (said) expect(this.sender.acknowledge(said)).toBe(true);
  }
  /** The connection breaks: what is under way is gone, and both ends meet again where the receiver stands. */
  reconnect() {
    this.pieces = [];
    this.acknowledgements = [];
    this.receiver = new ReceiveWindow({ window: WINDOW, start: this.received });
    this.consumed = this.received;
    expect(this.sender.resume(this.received, this.receiver.limit)).toBe(true);
  }
  /** A wire that works again moves everything, without ever breaking a rule. */
  settle() {
    this.sender.rewind();
    for (let turn = 0; turn < 200 && this.consumed < this.sender.end; turn++) {
      this.send(WINDOW);
      while (this.pieces.length > 0) this.deliver(0, false);
      this.consume(WINDOW);
      this.tell();
      while (this.acknowledgements.length > 0) this.hear(0, false);
      if (turn % 5 === 4) this.sender.rewind();
    }
  }
}

const index = fc.nat(9);
const step: fc.Arbitrary<(wire: Wire) => void> = fc.oneof(
  fc.nat(40).map((length) => (wire: Wire) => wire.append(length)),
  fc.integer({ min: 1, max: 30 }).map((most) => (wire: Wire) => wire.send(most)),
  fc.tuple(index, fc.boolean()).map(
    ([at, keep]) =>
      (wire: Wire) =>
        wire.deliver(at, keep),
  ),
  index.map((at) => (wire: Wire) => void wire.pieces.splice(at, 1)),
  fc.nat(20).map((count) => (wire: Wire) => wire.consume(count)),
  fc.constant((wire: Wire) => wire.tell()),
  fc.tuple(index, fc.boolean()).map(
    ([at, keep]) =>
      (wire: Wire) =>
        wire.hear(at, keep),
  ),
  index.map((at) => (wire: Wire) => void wire.acknowledgements.splice(at, 1)),
  fc.constant((wire: Wire) => wire.sender.rewind()),
  fc.constant((wire: Wire) => wire.reconnect()),
);

describe('a stream over a wire that loses, repeats and reorders', () => {
  it('arrives whole and in order, in bounded memory, through any number of broken connections', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const wire = new Wire();
        for (const each of steps) {
          each(wire);
          expect(wire.sender.end - wire.sender.start).toBeLessThanOrEqual(CAPACITY);
          expect(wire.sender.acknowledged).toBeLessThanOrEqual(wire.received);
        }
        wire.settle();
        expect([wire.consumed, wire.sender.waiting]).toEqual([wire.sender.end, false]);
      }),
      { numRuns: 500 },
    );
  });

  it('goes on from any byte that is still kept, for a receiver that lost everything', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 10 }), fc.nat(CAPACITY), (lengths, back) => {
        const wire = new Wire();
        for (const length of lengths) {
          wire.append(length);
          wire.settle();
        }
        const from = Math.max(wire.sender.start, wire.sender.end - back);
        wire.received = from;
        wire.reconnect();
        wire.settle();
        expect(wire.consumed).toBe(wire.sender.end);
      }),
    );
  });
});

describe('the sender', () => {
  it('waits for the limit, and then for what it holds', () => {
    const sender = new SendWindow({ capacity: 8, limit: 4 });
    sender.append(stream(0, 8));
    expect([sender.next(3)?.bytes.length, sender.next(3)?.bytes.length, sender.next(3)]).toEqual([3, 1, undefined]);
    expect(sender.room).toBe(0);
    expect(() => sender.append(Uint8Array.of(1))).toThrow('1 bytes, and room for 0');
    sender.acknowledge({ acknowledged: 2, limit: 6, resend: false });
    expect([sender.room, sender.next(9)]).toEqual([2, { offset: 4, bytes: stream(4, 2) }]);
  });

  it('does not believe what cannot be', () => {
    const sender = new SendWindow({ capacity: 8, limit: 4 });
    sender.append(stream(0, 8));
    sender.next(3);
    expect(sender.acknowledge({ acknowledged: 4, limit: 9, resend: false })).toBe(false);
    expect(sender.acknowledge({ acknowledged: 3, limit: 2, resend: false })).toBe(false);
    expect(sender.resume(4, 9)).toBe(false);
    expect([sender.acknowledged, sender.next(9)?.offset]).toEqual([0, 3]);
  });

  it('cannot go back to what it does not hold any more', () => {
    const sender = new SendWindow({ capacity: 4, limit: 9, start: 100 });
    expect(sender.resume(99, 200)).toBe(false);
    sender.resume(100, 200);
    sender.append(stream(100, 4));
    sender.next(4);
    sender.acknowledge({ acknowledged: 104, limit: 200, resend: false });
    sender.append(stream(104, 2));
    expect([sender.start, sender.resume(101, 200), sender.resume(102, 200)]).toEqual([102, false, true]);
    // until the one that went back has caught up, what it needs is kept
    expect(sender.room).toBe(0);
  });
});

describe('the receiver', () => {
  it('asks once for what is missing', () => {
    const receiver = new ReceiveWindow({ window: 100 });
    expect(receiver.accept(5, stream(5, 5))).toEqual({ kind: 'gap' });
    expect(receiver.due).toBe(true);
    expect(receiver.acknowledgement()).toEqual({ acknowledged: 0, limit: 100, resend: true });
    expect(receiver.accept(10, stream(10, 5))).toEqual({ kind: 'gap' });
    expect([receiver.due, receiver.acknowledgement().resend]).toEqual([false, false]);
    expect(receiver.accept(0, stream(0, 15))).toEqual({ kind: 'fresh', bytes: stream(0, 15) });
    expect(receiver.accept(20, stream(20, 1))).toEqual({ kind: 'gap' });
    expect(receiver.due).toBe(true);
  });

  it('takes nothing past what it granted, however little of that is dealt with', () => {
    const receiver = new ReceiveWindow({ window: 10 });
    expect(receiver.accept(0, stream(0, 11))).toEqual({ kind: 'overrun' });
    receiver.accept(0, stream(0, 10));
    expect(receiver.accept(10, stream(10, 1))).toEqual({ kind: 'overrun' });
    receiver.consume(3);
    expect([receiver.due, receiver.next]).toEqual([true, 10]);
    expect(receiver.acknowledgement()).toEqual({ acknowledged: 3, limit: 13, resend: false });
    expect(receiver.accept(8, stream(8, 4))).toEqual({ kind: 'fresh', bytes: stream(10, 2) });
    expect(() => receiver.consume(10)).toThrow('more than was received');
  });
});
