/** How long nothing may have happened. */
const QUIET_MS = 10_000;

/**
 * Gives memory back once an agent has nothing to do: V8 keeps what it has until it needs the room, and whoever waits never does. This takes
 * `--expose-gc`, which an installed agent has; without it nothing happens.
 */
export class Rest implements Disposable {
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setTimeout(() => void globalThis.gc?.({ type: 'major', flavor: 'last-resort' }), QUIET_MS).unref();
  }

  /** Something happened: rest comes later. */
  disturb(): void {
    this.#timer.refresh();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
