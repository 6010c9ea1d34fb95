import type { Generated } from 'kysely';

/** Somebody of an account: the root (uin = account_uin), one of its sub-users, or a message recipient. */
export interface UserTable {
  uin: string;
  account_uin: string;
  name: string;
  remark: string;
  /** The console password's argon2id hash in PHC form; empty for a user without one. */
  password_hash: string;
  /** Epoch milliseconds. */
  created_at: number;
  phone_num: Generated<string>;
  country_code: Generated<string>;
  email: Generated<string>;
  /** 0 or 1: whether it may sign in and use its keys. */
  active: Generated<number>;
  /** 0 or 1: a message recipient, which can do nothing. */
  receives_only: Generated<number>;
  /** 0 or 1 */
  need_reset_password: Generated<number>;
  /** 0 or 1: whether the console login asks for a one-time code. */
  mfa_enabled: Generated<number>;
  /** The authenticator's secret, sealed; there before it is enabled. */
  mfa_secret: Uint8Array | null;
  /** The newest time step whose code was accepted: no code is taken twice. */
  mfa_last_step: number | null;
  /** Epoch milliseconds. */
  last_login_at: number | null;
  boundary_policy_id: number | null;
}
