import { Refusal } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import type { AccountReader } from '../store/account-store.ts';

/** Passes for principals of the installation's first account: whatever other accounts allow, they do not run the installation. */
export async function requireFirstAccount(accounts: AccountReader, { caller }: Call, action: string): Promise<void> {
  if (caller.accountUin === (await accounts.first())) return;
  const message = `(${action}) is for the first account of the installation`;
  throw new Refusal('denied', 'UnauthorizedOperation', message, { action, resource: '*' });
}
