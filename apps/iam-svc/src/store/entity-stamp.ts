import { foreignCommits } from '@muster/db';
import type { Kysely } from 'kysely';
import type { IamSchema } from './schema.ts';

/** Stands for a state of the store: the same object means that nothing which decisions rest on has changed. */
export interface Stamp {
  readonly own: number;
  readonly foreign: number;
}

/**
 * Tells exactly, in a microsecond or two, whether users, grants, policies or tokens may have changed: this service counts its own
 * commits, and SQLite counts those of every other connection to the file (`PRAGMA data_version`), also of other processes. Own
 * commits do not move SQLite's count, which is what lets the audit be written to the same file without a new stamp.
 */
export class EntityStamp {
  readonly #foreign: () => number;
  #own = 0;
  #current: Stamp = { own: -1, foreign: -1 };

  constructor(db: Kysely<IamSchema>) {
    this.#foreign = foreignCommits(db);
  }

  /** To be called after every own commit of entities, before anybody hears of it. */
  bump(): void {
    this.#own++;
  }

  current(): Stamp {
    const foreign = this.#foreign();
    if (this.#current.foreign !== foreign || this.#current.own !== this.#own) {
      this.#current = { own: this.#own, foreign };
    }
    return this.#current;
  }
}
