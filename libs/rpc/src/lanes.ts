/** What lanes are like. */
export interface LaneOptions {
  /** How many are let through at the same time, of each key. */
  readonly width: number;
  /** How many wait, of each key. */
  readonly mostWaiting: number;
  /** For how many milliseconds a place of a key stays empty that was held for so many; 0 when absent. */
  readonly rest?: (heldMs: number, key: string) => number;
}

/** The places of one key. */
interface Lane {
  taken: number;
  readonly waiting: (() => void)[];
}

/** Lets so many at a time through for each key; the others wait in the order they came. */
export class Lanes {
  readonly #options: LaneOptions;
  readonly #lanes = new Map<string, Lane>();

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** Resolves when there is a place, which is held until it is disposed; undefined at once when too many wait. */
  async enter(key: string): Promise<Disposable | undefined> {
    const { width, mostWaiting, rest = () => 0 } = this.#options;
    const lane = this.#lanes.get(key) ?? { taken: 0, waiting: [] };
    this.#lanes.set(key, lane);
    if (lane.taken < width) lane.taken++;
    else if (lane.waiting.length >= mostWaiting) return undefined;
    else {
      await new Promise<void>((resolve) => {
        lane.waiting.push(resolve);
      });
    }
    const since = performance.now();
    return {
      [Symbol.dispose]: () => {
        const restMs = rest(performance.now() - since, key);
        if (restMs < 1) this.#leave(key, lane);
        else setTimeout(() => this.#leave(key, lane), restMs).unref();
      },
    };
  }

  #leave(key: string, lane: Lane): void {
    const next = lane.waiting.shift();
    // the place goes over to whoever waits
    if (next) next();
    else if (--lane.taken === 0) this.#lanes.delete(key);
  }
}
