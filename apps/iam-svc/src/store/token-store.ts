import type { Kysely, Transaction } from 'kysely';
import type { UserIdentity } from '../domain/identity.ts';
import type { LoginAttempts } from '../domain/lockout.ts';
import type { IamSchema } from './schema.ts';

/** A token in force. */
export interface TokenRecord {
  readonly tokenId: string;
  readonly uin: string;
  /** Undefined for a console login. */
  readonly accessKeyId: string | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** A name under which somebody tries to log in. */
export interface LoginName {
  readonly accountUin: string;
  readonly userName: string;
}

export class TokenReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /**
   * Whose token this is and what is attached to them, all in one statement and so of one moment; undefined when the token
   * has ended, its user is gone, or its key is switched off. `now` is epoch milliseconds.
   */
  async identity(tokenId: string, now: number): Promise<UserIdentity | undefined> {
    const rows = await this.#db
      .selectFrom('token')
      .innerJoin('user', 'user.uin', 'token.uin')
      .innerJoin('account', 'account.account_uin', 'user.account_uin')
      .leftJoin('access_key', 'access_key.access_key_id', 'token.access_key_id')
      .leftJoin('user_policy', 'user_policy.uin', 'user.uin')
      .leftJoin('policy', 'policy.policy_id', 'user_policy.policy_id')
      .select(['user.uin', 'user.name', 'user.account_uin', 'account.app_id', 'account.revision'])
      .select(['policy.policy_id', 'policy.version'])
      .where('token.token_id', '=', tokenId)
      .where('token.expires_at', '>', now)
      .where((where) => where.or([where('token.access_key_id', 'is', null), where('access_key.active', '=', 1)]))
      .orderBy('policy.policy_id')
      .execute();
    const [first] = rows;
    return (
      first && {
        kind: 'user',
        uin: first.uin,
        accountUin: first.account_uin,
        appId: first.app_id,
        name: first.name,
        revision: first.revision,
        policies: rows.flatMap(({ policy_id: policyId, version }) =>
          policyId === null || version === null ? [] : [{ policyId, version }],
        ),
      }
    );
  }
}

/** Changes tokens and what guards them; exists only inside a transaction. */
export class TokenWriter extends TokenReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  async insert({ tokenId, uin, accessKeyId, expiresAt }: TokenRecord): Promise<void> {
    const row = { token_id: tokenId, uin, access_key_id: accessKeyId ?? null, expires_at: expiresAt };
    await this.#trx.insertInto('token').values(row).execute();
  }

  async end(tokenId: string): Promise<void> {
    await this.#trx.deleteFrom('token').where('token_id', '=', tokenId).execute();
  }

  /** Ends every token that was exchanged for this key. */
  async endThoseOfKey(accessKeyId: string): Promise<void> {
    await this.#trx.deleteFrom('token').where('access_key_id', '=', accessKeyId).execute();
  }

  /** Takes note of a nonce; false when it was used before. `expiresAt` is epoch milliseconds. */
  async useNonce(nonce: { accessKeyId: string; nonce: string; expiresAt: number }): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#trx
      .insertInto('used_nonce')
      .values({ access_key_id: nonce.accessKeyId, nonce: nonce.nonce, expires_at: nonce.expiresAt })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  async attempts({ accountUin, userName }: LoginName): Promise<LoginAttempts> {
    const row = await this.#trx
      .selectFrom('login_attempt')
      .select(['failures', 'locked_until as lockedUntil'])
      .where('account_uin', '=', accountUin)
      .where('user_name', '=', userName)
      .executeTakeFirst();
    return row ?? { failures: 0, lockedUntil: 0 };
  }

  async setAttempts(name: LoginName, { failures, lockedUntil }: LoginAttempts, now: number): Promise<void> {
    const values = { failures, locked_until: lockedUntil, updated_at: now };
    await this.#trx
      .insertInto('login_attempt')
      .values({ account_uin: name.accountUin, user_name: name.userName, ...values })
      .onConflict((conflict) => conflict.columns(['account_uin', 'user_name']).doUpdateSet(values))
      .execute();
  }

  async forgetAttempts({ accountUin, userName }: LoginName): Promise<void> {
    await this.#trx
      .deleteFrom('login_attempt')
      .where('account_uin', '=', accountUin)
      .where('user_name', '=', userName)
      .execute();
  }

  /** Drops what no longer matters: ended tokens, nonces too old to be tried, names that nobody tried since `attemptsBefore`. */
  async purge({ now, attemptsBefore }: { now: number; attemptsBefore: number }): Promise<void> {
    await this.#trx.deleteFrom('token').where('expires_at', '<=', now).execute();
    await this.#trx.deleteFrom('used_nonce').where('expires_at', '<=', now).execute();
    await this.#trx.deleteFrom('login_attempt').where('updated_at', '<', attemptsBefore).execute();
  }
}
