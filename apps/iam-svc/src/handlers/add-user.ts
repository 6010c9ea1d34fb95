import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { mintAccessKey } from '../credentials/mint.ts';
import { hashPassword, newPassword } from '../crypto/passwords.ts';
import { checkContact, checkRemark, checkUserName } from '../domain/fields.ts';
import { checkPassword } from '../domain/password.ts';
import { requireRoom } from '../domain/quotas.ts';
import { checkNewTags } from '../domain/tags.ts';
import { recordChange } from '../events.ts';
import { requireFreeName } from '../named/users.ts';

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
    if (request.password !== '' && !request.consoleLogin) {
      throw invalid('InvalidParameter.ParamError', 'Password', 'needs ConsoleLogin');
    }
    if (request.needResetPassword && !request.consoleLogin) {
      throw invalid('InvalidParameter.ParamError', 'NeedResetPassword', 'needs ConsoleLogin');
    }
    const profile = {
      remark: checkRemark(request.remark),
      ...checkContact(request),
      needResetPassword: request.needResetPassword,
    };
    const given = checkNewTags(request.tags);
    const made = request.consoleLogin && request.password === '' ? newPassword() : '';
    const password = made || (request.consoleLogin ? checkPassword(request.password) : '');
    const passwordHash = password === '' ? '' : await hashPassword(password);
    const now = clock.now();
    return write(call, async (writers) => {
      const { accounts, users, keys, tags } = writers;
      await requireFreeName(accounts, { accountUin, name });
      requireRoom(quotas, 'usersInAccount', await accounts.countPeople(accountUin));
      requireRoom(quotas, 'tagsOfResource', 0, Object.keys(given).length);
      const uin = String(await accounts.nextNumber('uin'));
      await users.insert({ ...profile, uin, accountUin, name, passwordHash, createdAt: now });
      await tags.set(accountUin, 'user', uin, given);
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
