import type { MethodImpl } from '@connectrpc/connect';
import type { AccountService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { requireFirstAccount } from '../accounts/first-account.ts';
import { openAccount } from '../accounts/open-account.ts';
import type { IamContext } from '../context.ts';
import { mintAccessKey } from '../credentials/mint.ts';
import { hashPassword, newPassword } from '../crypto/passwords.ts';
import { checkAccountName } from '../domain/fields.ts';
import { recordChange } from '../events.ts';

const ACTION = 'cam:CreateAccount';

export function createAccount({
  accounts: reader,
  write,
  vault,
  clock,
}: Pick<IamContext, 'accounts' | 'write' | 'vault' | 'clock'>): MethodImpl<typeof AccountService.method.createAccount> {
  return async (request, context) => {
    const call = callOf(context);
    await requireFirstAccount(reader, call, ACTION);
    const name = checkAccountName(request.name);
    const password = newPassword();
    const passwordHash = await hashPassword(password);
    const now = clock.now();
    return write(call, async (writers) => {
      const { accounts } = writers;
      const accountUin = String(await accounts.nextNumber('uin'));
      const appId = await accounts.nextAppId();
      const minted = mintAccessKey(vault, { uin: accountUin, description: 'made with the account', now });
      const account = { accountUin, appId, name, createdAt: now };
      await openAccount(writers, { account, passwordHash, key: minted.key });
      const { accountUin: by, uin } = call.caller;
      await recordChange(writers, { accountUin: by, uin, action: ACTION, now });
      return { accountUin, appId, secretId: minted.key.accessKeyId, secretKey: minted.secretKey, password };
    });
  };
}
