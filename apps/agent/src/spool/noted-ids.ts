import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** What bounds the list. */
export interface NotedIdsOptions {
  /** How long an id is kept at least, milliseconds: 30 days, and no order lives as long. */
  readonly keepMs?: number;
  /** How many are kept at most, whatever their age. */
  readonly cap?: number;
  readonly now?: () => number;
}

const KEEP_MS = 30 * 86_400_000;
const CAP = 100_000;

/**
 * Ids of tasks that are over, or of shells that were opened, newest last, so that an order replayed later is refused. Bounded by age and number:
 * an order that is older is refused for its expiry. A lost entry of a task costs nothing, for the service grants no second start.
 */
export class NotedIds {
  readonly #file: string;
  readonly #keepMs: number;
  readonly #cap: number;
  readonly #now: () => number;
  /** When each was noted, epoch milliseconds by this machine's clock. */
  readonly #ids = new Map<string, number>();

  constructor(file: string, { keepMs = KEEP_MS, cap = CAP, now = Date.now }: NotedIdsOptions = {}) {
    this.#file = file;
    this.#keepMs = keepMs;
    this.#cap = cap;
    this.#now = now;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    for (const line of lines) {
      const [id, notedMs] = line.split(' ') as [string, string?];
      // an agent before this one did not note when
      this.#ids.set(id, Number(notedMs) || now());
    }
    this.#prune(cap);
    if (lines.length > this.#ids.size) this.#rewrite();
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** All of them. */
  ids(): IterableIterator<string> {
    return this.#ids.keys();
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
    for (const [id, notedMs] of this.#ids) {
      if (this.#ids.size <= cap && notedMs >= tooOld) return;
      this.#ids.delete(id);
    }
  }

  #rewrite(): void {
    writeFileSync(`${this.#file}.tmp`, [...this.#ids].map(([id, notedMs]) => `${id} ${notedMs}\n`).join(''), {
      mode: 0o600,
    });
    renameSync(`${this.#file}.tmp`, this.#file);
  }
}
