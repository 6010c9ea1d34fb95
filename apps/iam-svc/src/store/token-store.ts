import type { DeleteQueryBuilder, DeleteResult, Transaction } from 'kysely';
import type { LoginAttempts } from '../domain/lockout.ts';
import type { IamSchema } from './schema.ts';

/** A token in force. */
export interface TokenRecord {
  readonly tokenId: string;
  /** Who got it; for a role session, whoever assumed the role. */
  readonly uin: string;
  /** The account that it acts in. */
  readonly accountUin: string;
  /** Undefined for a console login. */
  readonly accessKeyId: string | undefined;
  readonly roleId?: string;
  /** Of a role session or a federated user. */
  readonly sessionName?: string;
  /** Narrows the token, JSON text. */
  readonly sessionPolicy?: string;
  /** Whether a one-time code stood behind it. */
  readonly mfa?: boolean;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** A name under which somebody tries to log in. */
export interface LoginName {
  readonly accountUin: string;
  readonly userName: string;
}

/** Changes tokens and what guards them; exists only inside a transaction. */
export class TokenWriter {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    this.#trx = trx;
  }

  async insert(token: TokenRecord): Promise<void> {
    await this.#trx
      .insertInto('token')
      .values({
        token_id: token.tokenId,
        uin: token.uin,
        account_uin: token.accountUin,
        access_key_id: token.accessKeyId ?? null,
        role_id: token.roleId ?? null,
        session_name: token.sessionName ?? '',
        session_policy: token.sessionPolicy ?? '',
        mfa: token.mfa ? 1 : 0,
        expires_at: token.expiresAt,
      })
      .execute();
  }

  async end(tokenId: string): Promise<void> {
    await this.#trx.deleteFrom('token').where('token_id', '=', tokenId).execute();
  }

  /** Ends every token that stands on this key; hands back the accounts that they acted in. */
  endThoseOfKey(accessKeyId: string): Promise<string[]> {
    return accountsOf(this.#trx.deleteFrom('token').where('access_key_id', '=', accessKeyId));
  }

  /** Ends every token of a user, also those of roles that it took on and of whom it vouched for; hands back the same. */
  endThoseOfUser(uin: string): Promise<string[]> {
    return accountsOf(this.#trx.deleteFrom('token').where('uin', '=', uin));
  }

  /** Ends those of a user's tokens that stand on a console login; hands back the same. */
  endConsoleThoseOf(uin: string): Promise<string[]> {
    return accountsOf(this.#trx.deleteFrom('token').where('uin', '=', uin).where('access_key_id', 'is', null));
  }

  /** Ends a user's tokens for one account. */
  async endThoseOfUserIn(accountUin: string, uin: string): Promise<void> {
    await this.#trx.deleteFrom('token').where('uin', '=', uin).where('account_uin', '=', accountUin).execute();
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

  /** Drops what no longer matters: ended tokens, nonces and signatures too old to be tried, names that nobody tried since `attemptsBefore`. */
  async purge({ now, attemptsBefore }: { now: number; attemptsBefore: number }): Promise<void> {
    await this.#trx.deleteFrom('token').where('expires_at', '<=', now).execute();
    await this.#trx.deleteFrom('used_nonce').where('expires_at', '<=', now).execute();
    await this.#trx.deleteFrom('used_signature').where('expires_at', '<=', now).execute();
    await this.#trx.deleteFrom('login_attempt').where('updated_at', '<', attemptsBefore).execute();
  }
}

async function accountsOf(deletion: DeleteQueryBuilder<IamSchema, 'token', DeleteResult>): Promise<string[]> {
  const ended = await deletion.returning('account_uin').execute();
  return [...new Set(ended.map(({ account_uin }) => account_uin))];
}
