import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * The ids of tasks that are over, newest last, so that an order replayed later is refused. Bounded: an order that is older than
 * this many others has long expired. A lost entry costs nothing, for the service grants no second start.
 */
export class FinishedIds {
  readonly #file: string;
  readonly #cap: number;
  readonly #ids: Set<string>;

  constructor(file: string, cap = 10_000) {
    this.#file = file;
    this.#cap = cap;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    this.#ids = new Set(lines.slice(-cap));
    if (lines.length > this.#ids.size) this.#rewrite();
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    if (this.#ids.has(id)) return;
    this.#ids.add(id);
    appendFileSync(this.#file, `${id}\n`, { mode: 0o600 });
    if (this.#ids.size < this.#cap * 2) return;
    for (const oldest of this.#ids) {
      if (this.#ids.size <= this.#cap) break;
      this.#ids.delete(oldest);
    }
    this.#rewrite();
  }

  #rewrite(): void {
    writeFileSync(`${this.#file}.tmp`, [...this.#ids].map((id) => `${id}\n`).join(''), { mode: 0o600 });
    renameSync(`${this.#file}.tmp`, this.#file);
  }
}
