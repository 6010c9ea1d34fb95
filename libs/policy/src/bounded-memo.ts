/**
 * What `make` answered, by key. Keys come from outside, so at most `limit` are kept: the oldest goes first, and is made
 * again when it is asked for.
 */
export class BoundedMemo<V> {
  readonly #make: (key: string) => V;
  readonly #limit: number;
  readonly #kept = new Map<string, V>();

  constructor(make: (key: string) => V, limit: number) {
    this.#make = make;
    this.#limit = limit;
  }

  get(key: string): V {
    let value = this.#kept.get(key);
    if (value === undefined) {
      value = this.#make(key);
      if (this.#kept.size === this.#limit) this.#kept.delete(this.#kept.keys().next().value!);
      this.#kept.set(key, value);
    }
    return value;
  }
}
