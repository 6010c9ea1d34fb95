import type { MachineLink } from './machine-link.ts';

/** The order is said so often until it is answered: the machine opens one shell however often it comes. */
const AGAIN_MS = 1_000;
/** How long a machine that is said to be online may be on its way back to the bus. */
const AWAY_MS = 5_000;

/** The order that opens a shell, on its way to the machine. */
export class OpenOrder {
  readonly #link: MachineLink;
  readonly #order: Uint8Array;
  readonly #nobody: () => void;
  readonly #since = performance.now();
  #saidAt = Number.NEGATIVE_INFINITY;

  /** `nobody` is called when the machine does not listen and had its time to come back. */
  constructor({ link, order, nobody }: { link: MachineLink; order: Uint8Array; nobody: () => void }) {
    this.#link = link;
    this.#order = order;
    this.#nobody = nobody;
  }

  /** Says it when that is due; `now` is by the monotonic clock. */
  tick(now: number): void {
    if (now - this.#saidAt < AGAIN_MS) return;
    this.#saidAt = now;
    this.#link.open(this.#order, () => {
      if (performance.now() - this.#since >= AWAY_MS) this.#nobody();
    });
  }
}
