import type { Kysely, Selectable, Transaction } from 'kysely';
import type { IamSchema } from './schema.ts';
import type { UserTable } from './tables/user.ts';

/** Where notices reach somebody; every part may be empty. */
export interface Contact {
  readonly phoneNum: string;
  readonly countryCode: string;
  readonly email: string;
}

/** The authenticator of a user. */
export interface Mfa {
  /** Whether logins ask for its codes; before that it is only prepared. */
  readonly enabled: boolean;
  /** Sealed. */
  readonly secret: Uint8Array;
}

/** A root or a sub-user. */
export interface User extends Contact {
  readonly uin: string;
  readonly accountUin: string;
  readonly name: string;
  readonly remark: string;
  /** PHC; empty without a console password. */
  readonly passwordHash: string;
  /** Whether the next console login must bring a new password. */
  readonly needResetPassword: boolean;
  /** Whether it may sign in and use its keys. */
  readonly active: boolean;
  readonly mfa: Mfa | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly lastLoginAt: number | undefined;
  readonly boundaryPolicyId: number | undefined;
}

/** A user as it is made: active, without authenticator and boundary. */
export type NewUser = Omit<User, 'active' | 'mfa' | 'lastLoginAt' | 'boundaryPolicyId'>;

/** What may be changed about a user; what is absent stays. */
export type UserChange = Partial<
  Pick<User, 'remark' | 'passwordHash' | 'needResetPassword' | 'active' | 'lastLoginAt' | keyof Contact>
>;

/** Reads users. Every method is bounded by an account; message recipients are no users and never found. */
export class UserReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /** A sub-user, or the root under its own uin. */
  async find(accountUin: string, uin: string): Promise<User | undefined> {
    const row = await this.#of(accountUin).selectAll().where('uin', '=', uin).executeTakeFirst();
    return row && fromRow(row);
  }

  /** The same by name; the root's is `root`. */
  async findByName(accountUin: string, name: string): Promise<User | undefined> {
    const row = await this.#of(accountUin).selectAll().where('name', '=', name).executeTakeFirst();
    return row && fromRow(row);
  }

  /** Every sub-user, oldest first. */
  async list(accountUin: string): Promise<User[]> {
    const rows = await this.#of(accountUin)
      .selectAll()
      .where('uin', '!=', accountUin)
      .orderBy('created_at')
      .orderBy('uin')
      .execute();
    return rows.map(fromRow);
  }

  #of(accountUin: string) {
    return this.#db.selectFrom('user').where('account_uin', '=', accountUin).where('receives_only', '=', 0);
  }
}

/** Changes users; exists only inside a transaction. */
export class UserWriter extends UserReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  async insert(user: NewUser): Promise<void> {
    await this.#trx
      .insertInto('user')
      .values({
        uin: user.uin,
        account_uin: user.accountUin,
        name: user.name,
        remark: user.remark,
        password_hash: user.passwordHash,
        need_reset_password: Number(user.needResetPassword),
        phone_num: user.phoneNum,
        country_code: user.countryCode,
        email: user.email,
        created_at: user.createdAt,
      })
      .execute();
  }

  async update(uin: string, change: UserChange): Promise<void> {
    const row = toRow(change);
    if (Object.values(row).every((value) => value === undefined)) return;
    await this.#trx.updateTable('user').set(row).where('uin', '=', uin).execute();
  }

  /** Gives a user an authenticator that is not enabled yet, instead of any that it had. */
  async prepareMfa(uin: string, secret: Uint8Array): Promise<void> {
    await this.#setMfa(uin, { mfa_secret: secret, mfa_enabled: 0, mfa_last_step: null });
  }

  async enableMfa(uin: string): Promise<void> {
    await this.#setMfa(uin, { mfa_enabled: 1 });
  }

  async removeMfa(uin: string): Promise<void> {
    await this.#setMfa(uin, { mfa_secret: null, mfa_enabled: 0, mfa_last_step: null });
  }

  /** Takes note of the time step of a right code; false when that step, or a later one, was used before. */
  async useMfaStep(uin: string, step: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#trx
      .updateTable('user')
      .set({ mfa_last_step: step })
      .where('uin', '=', uin)
      .where((or) => or.or([or('mfa_last_step', 'is', null), or('mfa_last_step', '<', step)]))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Deletes a user and with it its keys, tokens, group memberships and invitations. */
  async delete(uin: string): Promise<void> {
    await this.#trx.deleteFrom('user').where('uin', '=', uin).execute();
  }

  async #setMfa(
    uin: string,
    row: Partial<Pick<Selectable<UserTable>, 'mfa_secret' | 'mfa_enabled' | 'mfa_last_step'>>,
  ): Promise<void> {
    await this.#trx.updateTable('user').set(row).where('uin', '=', uin).execute();
  }
}

function toRow(change: UserChange) {
  const flag = (value: boolean | undefined) => (value === undefined ? undefined : Number(value));
  return {
    remark: change.remark,
    password_hash: change.passwordHash,
    need_reset_password: flag(change.needResetPassword),
    active: flag(change.active),
    phone_num: change.phoneNum,
    country_code: change.countryCode,
    email: change.email,
    last_login_at: change.lastLoginAt,
  };
}

function fromRow(row: Selectable<UserTable>): User {
  return {
    uin: row.uin,
    accountUin: row.account_uin,
    name: row.name,
    remark: row.remark,
    passwordHash: row.password_hash,
    needResetPassword: row.need_reset_password === 1,
    active: row.active === 1,
    phoneNum: row.phone_num,
    countryCode: row.country_code,
    email: row.email,
    mfa: row.mfa_secret === null ? undefined : { enabled: row.mfa_enabled === 1, secret: row.mfa_secret },
    createdAt: row.created_at,
    lastLoginAt: row.last_login_at ?? undefined,
    boundaryPolicyId: row.boundary_policy_id ?? undefined,
  };
}
