import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toUser } from '../convert.ts';
import { namedUser } from '../named-things.ts';

export function getUser({ users }: Pick<IamContext, 'users'>): MethodImpl<typeof IamService.method.getUser> {
  return async ({ name }, context) => ({ user: toUser(await namedUser(name, { call: callOf(context), users })) });
}
