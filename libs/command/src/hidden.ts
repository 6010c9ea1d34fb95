import { invalid } from '@muster/kernel';
import { type Parameters, type ParametersField, parametersToJson, parseParameters } from './parameters.ts';
import { PLACEHOLDER } from './placeholder.ts';
import { quote } from './quote.ts';

/** What answers, records and outputs show in place of a hidden parameter's value. */
export const HIDDEN_VALUE = '******';

/** The keys of the parameters that `content` uses as `{{tat-hidden:key}}`; they are hidden wherever else it uses them, too. */
export function hiddenKeys(content: string): ReadonlySet<string> {
  const hidden = new Set<string>();
  for (const [, prefix, key] of content.matchAll(PLACEHOLDER)) if (prefix) hidden.add(key as string);
  return hidden;
}

/** The parameters as records may show them: those that `content` hides read `******`. */
export function maskHiddenParameters(content: string, parameters: Parameters): Parameters {
  const hidden = hiddenKeys(content);
  return new Map([...parameters].map(([key, value]) => [key, hidden.has(key) ? HIDDEN_VALUE : value]));
}

/** The same for JSON text, which `parseParameters` accepts; empty stays empty. */
export function maskHiddenText(content: string, parameters: string): string {
  if (hiddenKeys(content).size === 0) return parameters;
  const masked = maskHiddenParameters(content, parseParameters('Parameters', parameters));
  return masked.size === 0 ? '' : parametersToJson(masked);
}

/** What `keepHiddenValues` puts together. */
export interface KeptValues {
  /** The request field of `given`, for refusals. */
  readonly field: ParametersField | 'DefaultParameterConfs';
  /** As the request has them. */
  readonly given: Parameters;
  /** Those that are stored; none for something new. */
  readonly stored: Parameters;
  /** The keys that answers hid so far. */
  readonly hiddenSoFar: ReadonlySet<string>;
  /** The keys that answers will hide. */
  readonly hiddenFromNow: ReadonlySet<string>;
}

/**
 * What a change saves: where it sends back the `******` that answers show, the stored value stays. Refusals, both InvalidParameterValue: a
 * `******` that stands for nothing, and a stored value that answers would begin to show; both must be given anew.
 */
export function keepHiddenValues({ field, given, stored, hiddenSoFar, hiddenFromNow }: KeptValues): Parameters {
  const values = new Map<string, string>();
  for (const [key, value] of given) {
    const masked = value === HIDDEN_VALUE && (hiddenSoFar.has(key) || hiddenFromNow.has(key));
    const kept = masked && hiddenSoFar.has(key) ? stored.get(key) : undefined;
    if (masked && (kept === undefined || !hiddenFromNow.has(key))) {
      const why = kept === undefined ? 'is not stored' : 'will be hidden no more';
      throw invalid(
        'InvalidParameterValue',
        field,
        `must give ${quote(key)} a value: ${HIDDEN_VALUE} stands for a stored one, which ${why}`,
      );
    }
    values.set(key, kept ?? value);
  }
  return values;
}
