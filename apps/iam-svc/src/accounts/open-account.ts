import { ROOT_NAME } from '../domain/fields.ts';
import type { AccessKey } from '../store/access-key-store.ts';
import type { Account } from '../store/account-store.ts';
import type { IamWriters } from '../store/iam-writers.ts';

/** A new account and what its root signs in with. */
export interface AccountOpening {
  readonly account: Account;
  /** Of the root's console password, PHC. */
  readonly passwordHash: string;
  readonly key: AccessKey;
}

/** Makes a root account with its root user and the root's key. */
export async function openAccount(
  { accounts, users, keys }: Pick<IamWriters, 'accounts' | 'users' | 'keys'>,
  { account, passwordHash, key }: AccountOpening,
): Promise<void> {
  const { accountUin, createdAt } = account;
  await accounts.insert(account);
  await users.insert({
    uin: accountUin,
    accountUin,
    name: ROOT_NAME,
    remark: '',
    passwordHash,
    needResetPassword: false,
    phoneNum: '',
    countryCode: '',
    email: '',
    createdAt,
  });
  await keys.insert(key);
}
