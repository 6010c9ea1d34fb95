import type { MethodImpl } from '@connectrpc/connect';
import { PrincipalType, type TokenService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';

export function getCallerIdentity({
  region,
}: Pick<IamContext, 'region'>): MethodImpl<typeof TokenService.method.getCallerIdentity> {
  return (_request, context) => {
    const { type, accountUin, uin, name } = callOf(context).caller;
    if (type === PrincipalType.SERVICE) {
      throw new Refusal('denied', 'UnauthorizedOperation', `\`${name}\` is a service and has no user identity`);
    }
    return {
      arn: `qcs::cam::uin/${accountUin}:uin/${uin}`,
      accountId: accountUin,
      userId: uin,
      userName: name,
      type: 'CAMUser',
      region,
    };
  };
}
