import type { MethodImpl } from '@connectrpc/connect';
import type { AccountService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkContact, checkRemark, checkUserName } from '../domain/fields.ts';
import { requireRoom } from '../domain/quotas.ts';
import { recordChange } from '../events.ts';
import { requireFreeName } from '../named/users.ts';

export function createMessageReceiver({
  write,
  clock,
  quotas,
}: Pick<IamContext, 'write' | 'clock' | 'quotas'>): MethodImpl<typeof AccountService.method.createMessageReceiver> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin: by } = call.caller;
    const name = checkUserName(request.name);
    const remark = checkRemark(request.remark);
    const contact = checkContact(request);
    if (contact.phoneNum === '' && contact.email === '') {
      throw invalid('MissingParameter', 'Email', 'or PhoneNum must be given');
    }
    const now = clock.now();
    return write(call, async (writers) => {
      const { accounts, receivers } = writers;
      await requireFreeName(accounts, { accountUin, name });
      requireRoom(quotas, 'usersInAccount', await accounts.countPeople(accountUin));
      const uin = String(await accounts.nextNumber('uin'));
      await receivers.insert({ ...contact, uin, accountUin, name, remark, createdAt: now });
      await recordChange(writers, { accountUin, uin: by, action: 'cam:CreateMessageReceiver', now });
      return { uin };
    });
  };
}
