import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { invalid, Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { hashPassword, newPassword } from '../crypto/passwords.ts';
import { checkRemark, checkUserName } from '../domain/fields.ts';
import { checkPassword } from '../domain/password.ts';
import { requireRoom } from '../domain/quotas.ts';
import { recordChange } from '../events.ts';
import { mintAccessKey } from '../mint.ts';

export function addUser({
  write,
  vault,
  clock,
  quotas,
}: Pick<IamContext, 'write' | 'vault' | 'clock' | 'quotas'>): MethodImpl<typeof IamService.method.addUser> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin: by } = call.caller;
    const name = checkUserName(request.name);
    const remark = checkRemark(request.remark);
    if (request.password !== '' && !request.consoleLogin) {
      throw invalid('InvalidParameter.ParamError', 'Password', 'needs ConsoleLogin');
    }
    const made = request.consoleLogin && request.password === '' ? newPassword() : '';
    const password = made || (request.consoleLogin ? checkPassword(request.password) : '');
    const passwordHash = password === '' ? '' : await hashPassword(password);
    const now = clock.now();
    return write(call, async (writers) => {
      const { accounts, users, keys } = writers;
      if (await users.findByName(accountUin, name)) {
        throw new Refusal('conflict', 'InvalidParameter.SubUserNameInUse', `there is a user \`${name}\` already`);
      }
      requireRoom(quotas, 'usersInAccount', await users.count(accountUin));
      const uin = String(await accounts.nextNumber('uin'));
      await users.insert({ uin, accountUin, name, remark, passwordHash, createdAt: now });
      const minted = request.useApi ? mintAccessKey(vault, { uin, description: '', now }) : undefined;
      if (minted) await keys.insert(minted.key);
      await recordChange(writers, { accountUin, uin: by, action: 'cam:AddUser', now });
      return {
        uin,
        name,
        password: made,
        secretId: minted?.key.accessKeyId ?? '',
        secretKey: minted?.secretKey ?? '',
      };
    });
  };
}
