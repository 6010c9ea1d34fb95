import { invalid, type Refusal } from '@muster/kernel';
import type { JsonPath, Position } from './positions.ts';

/** The linter codes of CAM section 14.1 that a document can be refused with; the reason is `InvalidParameter.<code>`. */
export type PolicyFault =
  | 'PolicyDocumentError'
  | 'PolicyDocumentLengthOverLimit'
  | 'VersionError'
  | 'StatementError'
  | 'EffectError'
  | 'ActionMiss'
  | 'ActionError'
  | 'ActionNotExist'
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

/** Something that a document is refused for. */
export interface Fault {
  readonly code: PolicyFault;
  /** Such as `statement[2].action[0]`; empty for the document as a whole. */
  readonly path: string;
  /** What is wanted and what was given: `must be allow or deny, was …`. */
  readonly what: string;
  /** Undefined when it is no place but the whole that is wrong. */
  readonly position: Position | undefined;
}

/**
 * Takes note of a fault; reading goes on, so that authors hear of all of them at once. `name` says that an element's
 * name is wrong and not its value. Answers undefined, in place of what could not be read.
 */
export type Report = (code: PolicyFault, path: JsonPath, what: string, part?: 'name') => undefined;

export function refusalOf({ code, path, what, position }: Fault): Refusal {
  const place = position && `(line ${position.line}, column ${position.column})`;
  return invalid(`InvalidParameter.${code}`, 'PolicyDocument', [path, place, what].filter(Boolean).join(' '));
}

const SHOWN = 80;

/** What the author wrote, in backticks, cut to a readable length. */
export function given(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? 'nothing' : JSON.stringify(value);
  return `\`${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}\``;
}
