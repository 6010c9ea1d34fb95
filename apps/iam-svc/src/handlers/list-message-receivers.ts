import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { AccountService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkPage } from '../domain/fields.ts';
import { visibleUsers } from '../named/users.ts';

export function listMessageReceivers({
  receivers,
}: Pick<IamContext, 'receivers'>): MethodImpl<typeof AccountService.method.listMessageReceivers> {
  return async (request, context) => {
    const { offset, limit } = checkPage(request);
    const call = callOf(context);
    const visible = await visibleUsers(await receivers.list(call.caller.accountUin), call);
    return {
      totalNum: visible.length,
      receivers: visible.slice(offset, offset + limit).map((one) => ({
        uin: one.uin,
        name: one.name,
        phoneNum: one.phoneNum,
        countryCode: one.countryCode,
        email: one.email,
        remark: one.remark,
        createTime: timestampFromMs(one.createdAt),
      })),
    };
  };
}
