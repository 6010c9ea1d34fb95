import { Refusal } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import type { Audit } from '../audit/audit.ts';
import { displayName, type UserIdentity } from '../domain/identity.ts';
import type { Delegation } from '../store/delegation-store.ts';

/** Puts on record that somebody let a service act for them, or that one does. */
export async function recordDelegation(
  audit: Audit,
  action: 'muster:CreateDelegation' | 'muster:IssueDelegatedToken',
  {
    call,
    identity,
    delegation,
  }: { call: Pick<Call, 'requestId' | 'peerAddress'> } & {
    identity: UserIdentity;
    delegation: Delegation;
  },
): Promise<void> {
  const { accountUin, type, uin, accessKeyId } = identity;
  const { delegationId, purpose } = delegation;
  const principal = { type, uin, name: displayName(identity) };
  const resources = [`qcs::sts::uin/${accountUin}:delegation/${delegationId}/${purpose}`];
  await audit.record({ call, accountUin, principal, action, allowed: true, accessKeyId, resources });
}

/** What becomes of a delegation whose giver may no longer act, and of one that is not there: nobody learns which. */
export function noLongerDelegated(): Refusal {
  return new Refusal(
    'unauthenticated',
    'AuthFailure.TokenFailure',
    'the delegation has ended: whoever gave it is gone or switched off, or took it back',
  );
}
