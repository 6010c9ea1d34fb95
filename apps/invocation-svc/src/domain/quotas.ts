import { invalid, Refusal } from '@muster/kernel';

/** What is limited in number per account (spec section 4.28). */
export const QUOTA_NAMES = ['COMMAND', 'REGISTER_CODE'] as const;
export type QuotaName = (typeof QUOTA_NAMES)[number];

/** The quotas that were asked for, in that order. Refusals: MissingParameter, ResourceUnavailable.InvalidResourceQuotaResourceCode. */
export function checkQuotaNames(given: readonly string[]): readonly QuotaName[] {
  const field = 'ResourceNames';
  if (given.length === 0) throw invalid('MissingParameter', field, 'is required, was not given');
  // each once: who repeats a name would have the library counted as often
  return [...new Set(given.map((name) => checkQuotaName(name, field)))];
}

function checkQuotaName(given: string, field: string): QuotaName {
  const known = QUOTA_NAMES.find((name) => name === given);
  if (known) return known;
  throw new Refusal(
    'invalid',
    'ResourceUnavailable.InvalidResourceQuotaResourceCode',
    `${field} must be ${QUOTA_NAMES.join(' or ')}, one is \`${given.slice(0, 100)}\``,
    { field },
  );
}
