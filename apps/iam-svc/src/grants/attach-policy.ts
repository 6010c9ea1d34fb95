import type { Call } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { type CountedQuota, requireRoom } from '../domain/quotas.ts';
import { recordChange } from '../events.ts';
import { requirePolicy } from '../named/things.ts';
import type { Target } from '../store/attachment-store.ts';
import type { IamWriters } from '../store/iam-writers.ts';

/** Which policy somebody of the caller's account is no longer to have, and by which action. */
export interface DetachOrder {
  readonly policyId: number;
  readonly target: Omit<Target, 'accountUin'>;
  readonly action: `cam:${string}`;
  /** Throws when there is no such target. */
  readonly requireTarget: (writers: IamWriters, accountUin: string) => Promise<unknown>;
}

/** Which policy somebody of the caller's account is to have. */
export interface AttachOrder extends DetachOrder {
  readonly quota: CountedQuota;
}

/** Attaches a policy, custom or preset; attaching twice changes nothing. The decision about the call was made by its guard. */
export async function attachPolicy(
  { write, clock, quotas }: Pick<IamContext, 'write' | 'clock' | 'quotas'>,
  call: Call,
  { policyId, target: { kind, id }, quota, action, requireTarget }: AttachOrder,
): Promise<void> {
  const { accountUin, uin } = call.caller;
  const now = clock.now();
  await write(call, async (writers) => {
    const { policies, attachments } = writers;
    requirePolicy(await policies.find(accountUin, policyId), policyId);
    await requireTarget(writers, accountUin);
    const target: Target = { accountUin, kind, id };
    const attached = await attachments.policiesOf(target);
    if (attached.includes(policyId)) return;
    requireRoom(quotas, quota, attached.length);
    await attachments.attach(target, policyId, now);
    await recordChange(writers, { accountUin, uin, action, now });
  });
}

/** Detaches a policy; detaching what is not attached changes nothing. */
export async function detachPolicy(
  { write, clock }: Pick<IamContext, 'write' | 'clock'>,
  call: Call,
  { policyId, target: { kind, id }, action, requireTarget }: DetachOrder,
): Promise<void> {
  const { accountUin, uin } = call.caller;
  const now = clock.now();
  await write(call, async (writers) => {
    const { policies, attachments } = writers;
    requirePolicy(await policies.find(accountUin, policyId), policyId);
    await requireTarget(writers, accountUin);
    if (!(await attachments.detach({ accountUin, kind, id }, policyId))) return;
    await recordChange(writers, { accountUin, uin, action, now });
  });
}
