/**
 * Things that wait, in turns of those whose they are: everybody who has something waiting gives one thing before anybody gives a second. What is
 * handed in by one comes out in that order.
 */
export class FairQueue<T> {
  /** By whose they are, who has the next turn first. Nobody is in here without a thing. */
  readonly #waiting = new Map<string, T[]>();
  #size = 0;

  /** How many things wait. */
  get size(): number {
    return this.#size;
  }

  /** How many things of one wait. */
  sizeOf(whose: string): number {
    return this.#waiting.get(whose)?.length ?? 0;
  }

  push(whose: string, thing: T): void {
    this.#size++;
    const others = this.#waiting.get(whose);
    if (others) others.push(thing);
    else this.#waiting.set(whose, [thing]);
  }

  /** Takes the thing whose turn it is; undefined when nothing waits. */
  shift(): T | undefined {
    const next = this.#waiting.entries().next();
    if (next.done) return undefined;
    const [whose, things] = next.value;
    const thing = things.shift();
    this.#waiting.delete(whose);
    if (things.length > 0) this.#waiting.set(whose, things);
    this.#size--;
    return thing;
  }
}
