/** One address takes at most this share of all places: people behind one proxy share it, and a single machine does not take everything. */
const SHARE = 1 / 4;

/** How many terminals may be open through this gateway, in all and from one address. */
export class Places {
  readonly #most: number;
  readonly #mostOfAddress: number;
  readonly #taken = new Map<string, number>();
  #open = 0;

  constructor(most: number) {
    this.#most = most;
    this.#mostOfAddress = Math.max(1, Math.ceil(most * SHARE));
  }

  /** How many are taken. */
  get open(): number {
    return this.#open;
  }

  /** A place until it is disposed of; undefined when there is none, or none for this address. */
  take(address: string): Disposable | undefined {
    const ofAddress = this.#taken.get(address) ?? 0;
    if (this.#open >= this.#most || ofAddress >= this.#mostOfAddress) return undefined;
    this.#open++;
    this.#taken.set(address, ofAddress + 1);
    return { [Symbol.dispose]: () => this.#leave(address) };
  }

  #leave(address: string): void {
    this.#open--;
    const left = this.#taken.get(address)! - 1;
    if (left > 0) this.#taken.set(address, left);
    else this.#taken.delete(address);
  }
}
