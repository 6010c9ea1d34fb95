import type { WithOutbox } from '@muster/db';
import type { AccessKeyTable } from './tables/access-key.ts';
import type { AccountTable } from './tables/account.ts';
import type { CounterTable } from './tables/counter.ts';
import type { KeyringTable } from './tables/keyring.ts';
import type { LoginAttemptTable } from './tables/login-attempt.ts';
import type { PolicyTable } from './tables/policy.ts';
import type { PolicyVersionTable } from './tables/policy-version.ts';
import type { TokenTable } from './tables/token.ts';
import type { UsedNonceTable } from './tables/used-nonce.ts';
import type { UserTable } from './tables/user.ts';
import type { UserPolicyTable } from './tables/user-policy.ts';

/** The tables of iam.db. */
export interface IamSchema extends WithOutbox {
  account: AccountTable;
  user: UserTable;
  access_key: AccessKeyTable;
  policy: PolicyTable;
  policy_version: PolicyVersionTable;
  user_policy: UserPolicyTable;
  token: TokenTable;
  used_nonce: UsedNonceTable;
  login_attempt: LoginAttemptTable;
  keyring: KeyringTable;
  counter: CounterTable;
}
