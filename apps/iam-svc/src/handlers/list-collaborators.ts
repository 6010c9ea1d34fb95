import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { AccountService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkSlice, nameHolds } from '../domain/fields.ts';
import { visibleUsers } from '../named/users.ts';

export function listCollaborators({
  collaborators,
}: Pick<IamContext, 'collaborators'>): MethodImpl<typeof AccountService.method.listCollaborators> {
  return async (request, context) => {
    const { offset, limit } = checkSlice(request);
    const call = callOf(context);
    const all = await collaborators.list(call.caller.accountUin);
    const named = all.filter(({ name }) => nameHolds(name, request.keyword));
    const visible = await visibleUsers(named, call);
    return {
      totalNum: visible.length,
      data: visible.slice(offset, offset + limit).map((one) => ({
        uin: one.uin,
        homeAccountUin: one.homeAccountUin,
        name: one.name,
        remark: one.remark,
        createTime: timestampFromMs(one.createdAt),
        boundaryPolicyId: String(one.boundaryPolicyId ?? 0),
      })),
    };
  };
}
