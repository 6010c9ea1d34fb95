import type { Kysely } from 'kysely';
import type { IamSchema } from './schema.ts';

/** The service's own keys, sealed. */
export class KeyringStore {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  async find(name: KeyName): Promise<Uint8Array | undefined> {
    const row = await this.#db.selectFrom('keyring').select('sealed').where('name', '=', name).executeTakeFirst();
    return row?.sealed;
  }

  async insert(name: KeyName, sealed: Uint8Array, now: number): Promise<void> {
    await this.#db.insertInto('keyring').values({ name, sealed, created_at: now }).execute();
  }
}

/** `data` seals secrets and the other keys; `token` signs bearer tokens. */
export type KeyName = 'data' | 'token';
