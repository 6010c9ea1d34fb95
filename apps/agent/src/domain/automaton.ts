/** A state of an automaton: which of its words the bytes read so far end with the beginning of. */
export type State = number;

/** Nothing read so far is the beginning of a word. */
export const START: State = 0;

/** Finds words in a stream of bytes (Aho–Corasick); each byte costs, on average, two look-ups at most. */
export class Automaton {
  /** By state and byte. */
  readonly #next = new Map<number, State>();
  /** By byte: whether a word begins with it. Most bytes are read at the start and lead nowhere. */
  readonly #begins = new Uint8Array(256);
  /** By state: the one to go on from when a byte leads nowhere. */
  readonly #fallback: State[] = [START];
  readonly #depth: number[] = [0];
  readonly #found: number[] = [0];

  /** The empty word is none. */
  constructor(words: readonly Uint8Array[]) {
    for (const word of words) this.#add(word);
    this.#link();
  }

  /** The state after another byte. */
  next(state: State, byte: number): State {
    if (state === START && this.#begins[byte] === 0) return START;
    for (let from = state; ; from = this.#fallback[from] as State) {
      const to = this.#next.get(from * 256 + byte);
      if (to !== undefined) return to;
      if (from === START) return START;
    }
  }

  /** How many of the last bytes are the beginning of a word, or a whole one. */
  depth(state: State): number {
    return this.#depth[state] as number;
  }

  /** The length of the longest word that ends here; 0 when none does. */
  found(state: State): number {
    return this.#found[state] as number;
  }

  #add(word: Uint8Array): void {
    let state = START;
    if (word.length > 0) this.#begins[word[0] as number] = 1;
    for (const byte of word) {
      const way = state * 256 + byte;
      const known = this.#next.get(way);
      const to = known ?? this.#depth.length;
      if (known === undefined) {
        this.#next.set(way, to);
        this.#depth.push(this.depth(state) + 1);
        this.#found.push(0);
        this.#fallback.push(START);
      }
      state = to;
    }
    this.#found[state] = word.length;
  }

  /** Fallbacks are of smaller depth, so states are linked by depth. */
  #link(): void {
    const ways = [...this.#next].map(([way, to]) => ({ from: Math.floor(way / 256), byte: way % 256, to }));
    ways.sort((a, b) => this.depth(a.to) - this.depth(b.to));
    for (const { from, byte, to } of ways) {
      const fallback = from === START ? START : this.next(this.#fallback[from] as State, byte);
      this.#fallback[to] = fallback;
      this.#found[to] ||= this.found(fallback);
    }
  }
}
