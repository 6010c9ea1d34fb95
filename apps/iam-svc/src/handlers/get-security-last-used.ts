import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toAccessKey } from '../convert/people.ts';
import { credentialOwner, namedKeys } from '../named/users.ts';

const MOST_KEYS = 10;

export function getSecurityLastUsed({
  users,
  keys,
}: Pick<IamContext, 'users' | 'keys'>): MethodImpl<typeof IamService.method.getSecurityLastUsed> {
  return async ({ targetUin, secretIdList }, context) => {
    const call = callOf(context);
    if (secretIdList.length > 0) {
      checkSecretIds(secretIdList, targetUin);
      return { accessKeys: (await namedKeys(secretIdList, { call, keys })).map(toAccessKey) };
    }
    const { uin, lastLoginAt } = await credentialOwner(targetUin, { call, users });
    return {
      accessKeys: (await keys.list(uin)).map(toAccessKey),
      ...(lastLoginAt === undefined ? {} : { lastLoginTime: timestampFromMs(lastLoginAt) }),
    };
  };
}

function checkSecretIds(ids: readonly string[], targetUin: string): void {
  if (ids.length > MOST_KEYS) {
    const what = `must be 1 to ${MOST_KEYS}, were ${ids.length}`;
    throw invalid('InvalidParameterValue.LimitExceeded', 'SecretIdList', what);
  }
  if (targetUin !== '0') throw invalid('InvalidParameter.ParamError', 'TargetUin', 'must be absent with SecretIdList');
}
