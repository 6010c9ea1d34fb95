/** An output that is being sent: which bytes exist, and the next one that the service wants. */
export interface Window {
  readonly available: number;
  readonly next: number;
}

/** A piece of an output to send. */
export interface Piece<W extends Window> {
  readonly window: W;
  readonly offset: number;
  readonly length: number;
}

/** Chooses what the next report carries: every output gets an even share of `budget` bytes, and what some leave goes to the others. */
export function nextPieces<W extends Window>(windows: readonly W[], budget: number): Piece<W>[] {
  const pending = windows
    .filter(({ available, next }) => available > next)
    .sort((a, b) => a.available - a.next - (b.available - b.next));
  let left = budget;
  return pending.flatMap((window, index) => {
    const share = Math.floor(left / (pending.length - index));
    const length = Math.min(window.available - window.next, share);
    left -= length;
    return length > 0 ? [{ window, offset: window.next, length }] : [];
  });
}
