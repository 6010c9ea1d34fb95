import type { Condition } from './condition.ts';
import { type KeyLookup, type KeyRef, keyRef } from './condition-keys.ts';
import type { Given } from './given.ts';
import { OPERATORS, type Operator } from './operators.ts';
import type { Effect } from './parse.ts';
import { readBoolean } from './values.ts';
import { hasVariables, type Variables } from './variables.ts';

/** A condition with its values read, so that deciding parses no policy text. */
export interface CompiledCondition {
  /** As the document has it. */
  readonly written: Condition;
  readonly key: KeyRef;
  readonly met: Judge;
}

/**
 * Whether a condition holds for what its key is given. A value that the operator cannot read (an address that is none)
 * meets every deny and no allow: both close.
 */
type Judge = (given: Given, variables: Variables, effect: Effect) => boolean;

export function compileCondition(written: Condition): CompiledCondition {
  const operator = OPERATORS.get(written.operator);
  return {
    written,
    key: keyRef(written.key),
    met: operator === undefined ? nullEqual(written) : comparison(written, operator),
  };
}

/** Met when the key is missing or empty and `true` is wanted, or present and `false` is. */
function nullEqual({ values }: Condition): Judge {
  const wanted = new Set(values.map(readBoolean));
  return ({ texts }) => wanted.has(texts.every((text) => text === ''));
}

function comparison({ quantifier, ifExist, values }: Condition, operator: Operator): Judge {
  const { readGiven, readWanted, fits, negative, bind } = operator;
  const fixed = values.map(readWanted);
  const bound = values.some(hasVariables) && bind ? values.map(bind) : undefined;
  // Unqualified operators on several request values: one must fit, or (negative) none may.
  const everyone = quantifier === undefined ? negative : quantifier === 'all';

  return (given, variables, effect) => {
    if (given.missing) return ifExist;
    const asked = readGiven === undefined ? given.texts : given.read(readGiven);
    if (asked === undefined) return effect === 'deny';
    const wanted = bound === undefined ? fixed : bound.map((fill) => fill(variables));
    for (const one of asked) {
      if (fitsAny(one, wanted, fits) === negative) {
        if (everyone) return false;
      } else if (!everyone) return true;
    }
    return everyone;
  };
}

function fitsAny(given: unknown, wanted: readonly unknown[], fits: Operator['fits']): boolean {
  for (const one of wanted) if (fits(given, one)) return true;
  return false;
}

/** Keys of one operator, and operators, are joined by AND. */
export function conditionsMet(
  conditions: readonly CompiledCondition[],
  keys: KeyLookup,
  variables: Variables,
  effect: Effect,
): boolean {
  for (const { key, met } of conditions) if (!met(keys.get(key), variables, effect)) return false;
  return true;
}
