import { Refusal } from '@muster/kernel';

/** How many there may be (CAM section 10). */
export const QUOTAS = {
  usersInAccount: 1_000,
  keysOfUser: 2,
  policiesInAccount: 1_500,
  policiesOfUser: 200,
} as const;

/** The CAM code that says which of them is used up, and what to call it. */
const FULL = {
  usersInAccount: ['InvalidParameter.SubUserFull', 'an account may have', 'sub-users'],
  keysOfUser: ['OperationDenied.AccessKeyOverLimit', 'a user may have', 'access keys'],
  policiesInAccount: ['FailedOperation.PolicyFull', 'an account may have', 'custom policies'],
  policiesOfUser: ['InvalidParameter.AttachmentFull', 'a user may have', 'attached policies'],
} as const satisfies Record<keyof typeof QUOTAS, readonly [code: string, who: string, what: string]>;

/** Passes when there is room for one more beside `existing`. */
export function requireRoom(quota: keyof typeof QUOTAS, existing: number): void {
  if (existing < QUOTAS[quota]) return;
  const [code, who, what] = FULL[quota];
  throw new Refusal('exhausted', code, `${who} ${QUOTAS[quota]} ${what}, and there are ${existing}`);
}
