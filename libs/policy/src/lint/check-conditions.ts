import { CATALOGUE } from '../catalogue/catalogue.ts';
import { GENERAL_KEYS } from '../catalogue/general-keys.ts';
import type { ConditionKey, KeyType } from '../catalogue/types.ts';
import type { Condition } from '../condition.ts';
import type { DraftStatement } from '../draft.ts';
import { given } from '../refusals.ts';
import { readDate } from '../values.ts';
import type { Warn } from './finding.ts';
import { didYouMean } from './suggest.ts';

const KEYS: ReadonlyMap<string, ConditionKey> = new Map(
  [...GENERAL_KEYS, ...CATALOGUE.flatMap(({ conditionKeys }) => conditionKeys)].map((each) => [each.key, each]),
);

/** Keys that may be followed by `/<tag key>`. */
const TAG_KEYS: ReadonlySet<string> = new Set(['qcs:resource_tag', 'qcs:request_tag', 'qcs:tag']);

/** The families of operators that suit a type. Numbers and truths may also be compared letter by letter. */
const SUITABLE: Readonly<Record<KeyType, RegExp>> = {
  string: /^(?:string|binary)_/,
  numeric: /^(?:numeric_|string_(?:not_)?equal$|binary_)/,
  bool: /^(?:bool_|string_(?:not_)?equal(?:_ignore_case)?$|binary_)/,
  date: /^date_/,
  ip: /^ip_/,
};

/** Says which keys are unknown or old, which operators cannot suit them, and which windows of time are over. */
export function checkConditions({ conditions }: DraftStatement, now: number | undefined, warn: Warn): void {
  for (const { value: condition, path } of conditions) {
    // as the author spelt it: the condition itself holds the name that the engine goes by
    const written = String(path.at(-1)).trim();
    const slash = written.indexOf('/');
    const name = (slash < 0 ? written : written.slice(0, slash)).toLowerCase();
    const known = slash < 0 || TAG_KEYS.has(name) ? KEYS.get(name) : undefined;
    if (known === undefined) {
      warn(
        'UnknownKey',
        path,
        `is no known condition key, is ${given(written)}${didYouMean(name, KEYS.keys())}`,
        'name',
      );
      continue;
    }
    if (name === 'qcs:tag') {
      warn('LegacyKey', path, 'is the old name of `qcs:resource_tag`, and taken as that', 'name');
    }
    if (condition.operator !== 'null_equal' && !SUITABLE[known.type].test(condition.operator)) {
      warn(
        'OperatorMisfit',
        path,
        `is of type ${known.type}, which ${given(condition.operator)} does not suit`,
        'name',
      );
    }
    if (now !== undefined && condition.key === 'qcs:current_time' && isOver(condition, now)) {
      warn('PastWindow', path, 'is over: the condition cannot hold any more', 'name');
    }
  }
}

/** Whether no time from now on meets the condition. Any one of its values may be met. */
function isOver({ operator, values }: Condition, now: number): boolean {
  const latest = Math.max(...values.map((value) => readDate(value) ?? Number.NaN));
  switch (operator) {
    case 'date_less_than':
      return latest <= now;
    case 'date_less_than_equal':
    case 'date_equal':
      return latest < now;
    default:
      return false;
  }
}
