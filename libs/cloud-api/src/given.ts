import { Refusal } from '@muster/kernel';

/** What a request gives, read from JSON (numbers as `ExactNumber`), or from a query or form, where every value is text. */
export type Given = null | boolean | string | ExactNumber | readonly Given[] | GivenObject;
export interface GivenObject {
  readonly [name: string]: Given;
}

/** A number as it was written, so that whole numbers beyond 2^53 stay what they are. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** More members than any list of a request; actions have closer limits of their own. */
export const MAX_LIST = 10_000;

/** Parses a body; of a name that comes twice the last value counts, as in every JSON parser. Refusal: InvalidRequest. */
export function parseBody(text: string): GivenObject {
  const exact = (_: string, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === 'number' ? new ExactNumber(source!) : value;
  let body: Given;
  try {
    body = JSON.parse(text === '' ? '{}' : text, exact as (key: string, value: unknown) => unknown) as Given;
  } catch {
    // also a body that is nested deeper than the stack
    throw new Refusal('invalid', 'InvalidRequest', 'the body is not JSON, or nested too deep');
  }
  if (!isObject(body)) throw new Refusal('invalid', 'InvalidRequest', `the body must be an object, was ${seen(body)}`);
  return body;
}

export function isObject(value: Given): value is GivenObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

/** What was given, short enough for a message. */
export function seen(value: Given): string {
  if (value instanceof ExactNumber) return clip(value.text, 40);
  if (typeof value === 'string') return `\`${clip(value, 40)}\``;
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : String(value);
}

/** At most so many characters of a text. */
export function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`;
}
