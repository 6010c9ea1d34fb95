import { Refusal } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import type { Decider } from '../decide/decider.ts';
import { requireGiven } from '../domain/fields.ts';
import { requirePermanent } from '../domain/temporary-credential.ts';
import type { AccessKey, AccessKeyReader } from '../store/access-key-store.ts';
import type { AccountReader } from '../store/account-store.ts';
import type { User, UserReader } from '../store/user-store.ts';
import { requireKey, requireSubUser, requireUser, userSubject } from './things.ts';

/** The call that asks for a user, and where users are. */
interface Asking {
  readonly call: Call;
  readonly users: UserReader;
}

/**
 * The sub-user whose name a request gives, once the caller may. A name that nobody has is decided on as `uin/*`, so that
 * only who may see every user can tell free names from taken ones.
 */
export async function namedUser(name: string, asking: Asking): Promise<User> {
  return requireSubUser(await decidedByName(name, asking), name);
}

/** The same for what root may do to itself as well, and nobody else to root. */
export async function changeableUser(name: string, asking: Asking): Promise<User> {
  const user = await decidedByName(name, asking);
  requireOwnRoot(user?.uin, asking.call);
  return requireUser(user, name);
}

/**
 * The user whose keys or authenticator a request is about, once the caller may: the caller itself when none is named. Of root's
 * only root itself.
 */
export async function credentialOwner(targetUin: string, { call, users }: Asking): Promise<User> {
  const uin = targetUin === '0' ? call.caller.uin : targetUin;
  await call.authorize([userSubject(uin)]);
  requireOwnRoot(uin, call);
  return requireUser(await users.find(call.caller.accountUin, uin), uin);
}

/**
 * The keys that a request names, whoever of the account has them, once the caller may. A key that nobody has is decided on as one of
 * every user. Of root's only root itself.
 */
export async function namedKeys(
  accessKeyIds: readonly string[],
  { call, keys }: { call: Call; keys: AccessKeyReader },
): Promise<AccessKey[]> {
  const { accountUin } = call.caller;
  const found = await Promise.all(accessKeyIds.map((id) => keys.findInAccount(accountUin, id)));
  const owners = new Set(found.map((key) => key?.uin));
  await call.authorize([...owners].map((uin) => userSubject(uin ?? '*')));
  for (const uin of owners) requireOwnRoot(uin, call);
  return found.map((key, i) => requireKey(key, accessKeyIds[i]!));
}

/**
 * Passes unless a temporary credential is about to change the keys, password or authenticator of its own user: what it got that way
 * would last, and be as wide as the user. Refusal: FailedOperation.TempKeyNotAllowed.
 */
export async function requireLasting(uin: string, { call, decider }: { call: Call; decider: Decider }): Promise<void> {
  if (uin !== call.caller.uin) return;
  const identity = await decider.identify(call.credential);
  if (identity.kind === 'user') requirePermanent(identity);
}

/** Those of these users, collaborators or recipients that the caller may see. */
export async function visibleUsers<U extends { readonly uin: string }>(users: readonly U[], call: Call): Promise<U[]> {
  const visible = await call.allowed(users.map(({ uin }) => userSubject(uin)));
  return users.filter((_, i) => visible[i]);
}

/** Root, sub-users, message recipients and collaborators of an account have different names. */
export async function requireFreeName(
  accounts: AccountReader,
  { accountUin, name }: { accountUin: string; name: string },
): Promise<void> {
  if (!(await accounts.nameTaken(accountUin, name))) return;
  throw new Refusal('conflict', 'InvalidParameter.SubUserNameInUse', `there is a user \`${name}\` already`);
}

async function decidedByName(name: string, { call, users }: Asking): Promise<User | undefined> {
  const user = await users.findByName(call.caller.accountUin, requireGiven('Name', name));
  await call.authorize([userSubject(user?.uin ?? '*')]);
  return user;
}

/** Whoever sets root's password or holds a key of root's is root: no policy can give that away. */
function requireOwnRoot(uin: string | undefined, { caller }: Call): void {
  if (uin !== caller.accountUin || caller.uin === caller.accountUin) return;
  throw new Refusal('denied', 'OperationDenied.SubUin', 'the root account is managed by itself alone');
}
