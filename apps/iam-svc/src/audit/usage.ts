import type { Logger } from '@muster/telemetry';
import type { LastUsedStore } from '../store/last-used-store.ts';
import type { LastUsedTable } from '../store/tables/last-used.ts';

/** Who used what, when (epoch milliseconds). */
export interface Use {
  readonly accountUin: string;
  readonly uin: string;
  readonly action: string;
  readonly now: number;
}

/**
 * Counts allowed calls in memory until `flush` adds them to the store, so that a read costs no write. A process that is killed loses
 * the counts of its last second, and nothing else: what must not be lost is on record.
 */
export class Usage {
  readonly #store: LastUsedStore;
  readonly #logger: Logger;
  #counted = new Map<string, LastUsedTable>();

  constructor(store: LastUsedStore, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  count({ accountUin, uin, action, now }: Use): void {
    this.#add({ account_uin: accountUin, uin, action, last_used_at: now, count: 1 });
  }

  /** Adds what was counted to the store; on failure it is kept for the next time. */
  async flush(): Promise<void> {
    if (this.#counted.size === 0) return;
    const uses = [...this.#counted.values()];
    this.#counted = new Map();
    try {
      await this.#store.add(uses);
    } catch (error) {
      for (const use of uses) this.#add(use);
      this.#logger.warn({ err: error }, 'the use of actions could not be counted; trying again');
    }
  }

  #add(use: LastUsedTable): void {
    const key = `${use.account_uin} ${use.uin} ${use.action}`;
    const before = this.#counted.get(key);
    if (!before) {
      this.#counted.set(key, use);
      return;
    }
    before.count += use.count;
    before.last_used_at = Math.max(before.last_used_at, use.last_used_at);
  }
}
