import type { JsonPath } from '../positions.ts';

/** What a warning is about. `docs/policy-language.md` has a line on each. */
export type WarningCode =
  | 'UnknownService'
  | 'UnknownAction'
  | 'MisspeltAction'
  | 'AliasAction'
  | 'EmptyPattern'
  | 'UnknownKey'
  | 'LegacyKey'
  | 'OperatorMisfit'
  | 'PastWindow'
  | 'LegacyRegion'
  | 'NeedsEveryResource'
  | 'NeverMeets'
  | 'HalfCovered'
  | 'Unreachable'
  | 'DeadAllow'
  | 'AllowsEverything'
  | 'TrustsEveryone'
  | 'DuplicateAction'
  | 'DuplicateResource'
  | 'DuplicateStatement'
  | 'NearSizeLimit';

/** Something to say about a policy document. */
export interface Finding {
  /** An error keeps the document from being saved. A warning says that it likely does not do what it was written for. */
  readonly severity: 'error' | 'warning';
  /** A CAM code for an error (`InvalidParameter.ActionNotExist`), a WarningCode for a warning. */
  readonly code: string;
  /** Begins with the path, or with `PolicyDocument` where there is none. */
  readonly message: string;
  /** Such as `statement[0].action[2]`; empty for the document as a whole. */
  readonly path: string;
  /** From 1, or 0 where the document as a whole is meant. */
  readonly line: number;
  /** From 1, or 0 where the document as a whole is meant. */
  readonly column: number;
}

/** Takes note of a warning. `name` places it at an element's name and not at its value. */
export type Warn = (code: WarningCode, path: JsonPath, what: string, part?: 'name') => void;
