import type { MethodImpl } from '@connectrpc/connect';
import type { TokenService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { callingUser } from '../credentials/grant-credential.ts';
import type { UserIdentity } from '../domain/identity.ts';

export function getCallerIdentity({
  decider,
  region,
}: Pick<IamContext, 'decider' | 'region'>): MethodImpl<typeof TokenService.method.getCallerIdentity> {
  return async (_request, context) => {
    const caller = await callingUser(decider, callOf(context));
    const { type, accountUin, uin, name, sessionName } = caller;
    return {
      arn: arnOf(caller),
      accountId: accountUin,
      userId: uin,
      userName: name,
      type: type === 'role' ? 'CAMRole' : 'CAMUser',
      region,
      principalId: type === 'role' ? `${uin}:${sessionName}` : uin,
    };
  };
}

/** CAM section 9. */
function arnOf({ type, accountUin, uin, sessionName }: UserIdentity): string {
  if (type === 'role') return `qcs::sts::uin/${accountUin}:assumed-role/${uin}`;
  if (sessionName !== '') return `qcs::sts::uin/${accountUin}:federated-user/${uin}`;
  return `qcs::cam::uin/${accountUin}:uin/${uin}`;
}
