import { invalid, Refusal } from '@muster/kernel';
import { parseTrustPolicy } from '@muster/policy';
import type { Quotas } from './quotas.ts';

/** The longest that any session of a role may last, in seconds (CAM section 9). */
const LONGEST_SESSION = 43_200;
/** How long one may last when the role's maker does not say. */
const DEFAULT_LONGEST = 7_200;

/** The longest that sessions of a role may last, in seconds; 7,200 when 0 is given. */
export function checkSessionDuration(given: number): number {
  if (given <= LONGEST_SESSION) return given || DEFAULT_LONGEST;
  const what = `must be at most ${LONGEST_SESSION} seconds, was ${given}`;
  throw invalid('InvalidParameter.ParamError', 'SessionDuration', what);
}

/** A trust policy's JSON text, once it is known to be one. It is kept as it was given. */
export function checkTrustDocument(text: string, { policyCharacters }: Pick<Quotas, 'policyCharacters'>): string {
  parseTrustPolicy(text, { maxCharacters: policyCharacters });
  return text;
}

export function roleNameInUse(name: string): Refusal {
  return new Refusal('conflict', 'InvalidParameter.RoleNameInUse', `there is a role \`${name}\` already`);
}
