import { Refusal } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import type { Kysely } from 'kysely';
import type { AuditEntry } from '../domain/audit-entry.ts';
import { AuditWriter } from '../store/audit-store.ts';
import type { IamSchema } from '../store/schema.ts';
import type { Seals } from './chain.ts';

/** Records that one transaction takes at most. */
const MOST = 256;

interface Waiting {
  readonly entry: AuditEntry;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What the trail is written with. */
export interface TrailParts {
  readonly db: Kysely<IamSchema>;
  readonly seals: Seals;
  readonly logger: Logger;
}

/**
 * Appends to the accounts' chains. What arrives while a transaction is being written forms the next one: a chain is extended in one
 * place, once for all that wait, and they stand or fall together. (`groupCommit` would read and seal the chain's end for each.)
 */
export class AuditTrail {
  readonly #parts: TrailParts;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  constructor(parts: TrailParts) {
    this.#parts = parts;
  }

  /** Resolves once the entry is committed. When it cannot be, the call it is about is refused: nothing happens off the record. */
  append(entry: AuditEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  async #write(): Promise<void> {
    // the turn's other arrivals go in together
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MOST);
      try {
        await this.#commit(group.map(({ entry }) => entry));
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.#parts.logger.error({ err: error, lost: group.length }, 'decisions could not be put on record');
        for (const { reject } of group) reject(offTheRecord());
      }
    }
  }

  async #commit(entries: readonly AuditEntry[]): Promise<void> {
    const { db, seals, logger } = this.#parts;
    const byAccount = Map.groupBy(entries, ({ accountUin }) => accountUin);
    await db.transaction().execute(async (trx) => {
      const writer = new AuditWriter(trx, seals);
      for (const [accountUin, own] of byAccount) {
        if (await writer.append(accountUin, own)) continue;
        logger.error(
          { account: accountUin },
          'the audit of this account was tampered with; VerifyAudit names the place',
        );
      }
    });
  }
}

function offTheRecord(): Refusal {
  const message = 'the decision could not be put on record; the call was refused, try again';
  return new Refusal('unavailable', 'ServiceUnavailable', message);
}
