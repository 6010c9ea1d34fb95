import type { MethodImpl } from '@connectrpc/connect';
import type { TokenService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { callingUser } from '../credentials/grant-credential.ts';
import type { UserIdentity } from '../domain/identity.ts';

export function getCallerIdentity({
  decider,
  bearerTokens,
  clock,
  region,
}: Pick<IamContext, 'decider' | 'bearerTokens' | 'clock' | 'region'>): MethodImpl<
  typeof TokenService.method.getCallerIdentity
> {
  return async (_request, context) => {
    const call = callOf(context);
    const caller = await callingUser(decider, call);
    // of a role session the claims name whoever assumed the role
    const { uin: originUin } = (await bearerTokens.verify(call.credential, clock.now()))!;
    const { type, accountUin, uin, name, sessionName } = caller;
    return {
      arn: arnOf(caller),
      accountId: accountUin,
      userId: uin,
      userName: name,
      type: type === 'role' ? 'CAMRole' : 'CAMUser',
      region,
      principalId: sessionName === '' ? uin : `${uin}:${sessionName}`,
      originUin,
    };
  };
}

/** CAM section 9. */
function arnOf({ type, accountUin, uin, sessionName }: UserIdentity): string {
  if (type === 'role') return `qcs::sts::uin/${accountUin}:assumed-role/${uin}`;
  if (sessionName !== '') return `qcs::sts::uin/${accountUin}:federated-user/${uin}`;
  return `qcs::cam::uin/${accountUin}:uin/${uin}`;
}
