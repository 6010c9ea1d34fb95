import { expect, it } from 'vitest';
import { TypedAhead } from './typed-ahead.ts';

/** A link with room for so many bytes. */
function link(room: number) {
  const sent: number[] = [];
  const ahead = new TypedAhead((bytes) => {
    const taken = bytes.subarray(0, room);
    room -= taken.length;
    sent.push(...taken);
    return taken.length;
  });
  return { sent, ahead, grow: (more: number) => (room += more) };
}

it('keeps what is not taken, in order', () => {
  const { sent, ahead, grow } = link(3);
  ahead.type(Uint8Array.of(1, 2));
  ahead.type(Uint8Array.of(4, 5, 6));
  ahead.type(Uint8Array.of(7));
  expect(sent).toEqual([1, 2, 4]);
  grow(2);
  ahead.flush();
  expect(sent).toEqual([1, 2, 4, 5, 6]);
  grow(10);
  ahead.flush();
  ahead.type(Uint8Array.of(8));
  expect(sent).toEqual([1, 2, 4, 5, 6, 7, 8]);
});

it('lets an interrupt overtake what waits', () => {
  const { sent, ahead, grow } = link(1);
  ahead.type(Uint8Array.of(65, 66, 67));
  ahead.type(Uint8Array.of(3));
  grow(10);
  ahead.flush();
  expect(sent).toEqual([65, 3]);
});
