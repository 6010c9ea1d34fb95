import { invalid, type Refusal } from '@muster/kernel';

/** The linter codes of CAM section 14.1 that a document can be refused with; the reason is `InvalidParameter.<code>`. */
export type PolicyFault =
  | 'PolicyDocumentError'
  | 'PolicyDocumentLengthOverLimit'
  | 'VersionError'
  | 'StatementError'
  | 'EffectError'
  | 'ActionMiss'
  | 'ActionError'
  | 'ResourceError'
  | 'ResourceContentError'
  | 'ResourceQcsError'
  | 'ResourceProjectError'
  | 'ResourceServiceNotExist'
  | 'ResourceRegionError'
  | 'ResourceUinError'
  | 'ConditionError'
  | 'ConditionTypeError'
  | 'ConditionContentError'
  | 'PrincipalError'
  | 'PrincipalQcsError';

/** `what` says where in the document (`statement[2].action`), what is wanted and what was given. */
export function policyRefusal(code: PolicyFault, what: string): Refusal {
  return invalid(`InvalidParameter.${code}`, 'PolicyDocument', what);
}

const SHOWN = 80;

/** What the author wrote, in backticks, cut to a readable length. */
export function given(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? 'nothing' : JSON.stringify(value);
  return `\`${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}\``;
}
