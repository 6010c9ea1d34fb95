import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toUser } from '../convert.ts';
import { userSubject } from '../named-things.ts';

export function listUsers({ users }: Pick<IamContext, 'users'>): MethodImpl<typeof IamService.method.listUsers> {
  return async (_request, context) => {
    const call = callOf(context);
    const all = await users.list(call.caller.accountUin);
    const visible = await call.allowed(all.map(({ uin }) => userSubject(uin)));
    return { data: all.filter((_, i) => visible[i]).map(toUser) };
  };
}
