import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** What bounds the list. */
export interface FinishedIdsOptions {
  /** How long an id is kept at least, milliseconds: 30 days, and no order lives as long. */
  readonly keepMs?: number;
  /** How many are kept at most, whatever their age. */
  readonly cap?: number;
  readonly now?: () => number;
}

const KEEP_MS = 30 * 86_400_000;
const CAP = 100_000;

/**
 * The ids of tasks that are over, newest last, so that an order replayed later is refused. Bounded by age and number: an order that is older
 * is refused for its session and its expiry. A lost entry costs nothing, for the service grants no second start.
 */
export class FinishedIds {
  readonly #file: string;
  readonly #keepMs: number;
  readonly #cap: number;
  readonly #now: () => number;
  /** When each was over, epoch milliseconds by this machine's clock. */
  readonly #ids = new Map<string, number>();

  constructor(file: string, { keepMs = KEEP_MS, cap = CAP, now = Date.now }: FinishedIdsOptions = {}) {
    this.#file = file;
    this.#keepMs = keepMs;
    this.#cap = cap;
    this.#now = now;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    for (const line of lines) {
      const [id, overMs] = line.split(' ') as [string, string?];
      // an agent before this one did not note when
      this.#ids.set(id, Number(overMs) || now());
    }
    this.#prune(cap);
    if (lines.length > this.#ids.size) this.#rewrite();
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    if (this.#ids.has(id)) return;
    this.#ids.set(id, this.#now());
    appendFileSync(this.#file, `${id} ${this.#ids.get(id)}\n`, { mode: 0o600 });
    // the file is written anew rarely, and then it is worth it
    if (this.#ids.size < this.#cap * 1.1) return;
    this.#prune(this.#cap);
    this.#rewrite();
  }

  #prune(cap: number): void {
    const tooOld = this.#now() - this.#keepMs;
    for (const [id, overMs] of this.#ids) {
      if (this.#ids.size <= cap && overMs >= tooOld) return;
      this.#ids.delete(id);
    }
  }

  #rewrite(): void {
    writeFileSync(`${this.#file}.tmp`, [...this.#ids].map(([id, overMs]) => `${id} ${overMs}\n`).join(''), {
      mode: 0o600,
    });
    renameSync(`${this.#file}.tmp`, this.#file);
  }
}
