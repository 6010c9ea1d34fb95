import { RESEND_AFTER_MS } from '@muster/terminal';

/** Calls when something that waits made no progress for a while. Other words of the other side are no progress. */
export class ResendTimer {
  readonly #again: () => void;
  #timer: NodeJS.Timeout | undefined;
  #progress = 0;

  constructor(again: () => void) {
    this.#again = again;
  }

  /** How far it is, and whether anything waits at all. */
  watch(progress: number, waiting: boolean): void {
    if (this.#timer && waiting && progress === this.#progress) return;
    this.stop();
    this.#progress = progress;
    if (!waiting) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#again();
    }, RESEND_AFTER_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
