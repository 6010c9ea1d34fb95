import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toAccessKey } from '../convert/people.ts';
import { credentialOwner } from '../named/users.ts';

export function getSecurityLastUsed({
  users,
  keys,
}: Pick<IamContext, 'users' | 'keys'>): MethodImpl<typeof IamService.method.getSecurityLastUsed> {
  return async ({ targetUin }, context) => {
    const { uin, lastLoginAt } = await credentialOwner(targetUin, { call: callOf(context), users });
    return {
      accessKeys: (await keys.list(uin)).map(toAccessKey),
      ...(lastLoginAt === undefined ? {} : { lastLoginTime: timestampFromMs(lastLoginAt) }),
    };
  };
}
