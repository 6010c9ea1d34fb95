import { isObject, type JsonObject, plainValue, readJson } from './json.ts';
import { type JsonPath, LineIndex, offsetOf, type Position, pathText } from './positions.ts';
import { type Fault, given, type Report } from './refusals.ts';

/** A value of a document and where it stands. */
export interface Located<T> {
  readonly value: T;
  readonly path: JsonPath;
}

/** A one-element list may drop its brackets (CAM section 2): always the items, and none of a missing element. */
export function itemsOf(element: unknown, path: JsonPath): Located<unknown>[] {
  if (element === undefined) return [];
  return Array.isArray(element)
    ? element.map((value: unknown, i) => ({ value, path: [...path, i] }))
    : [{ value: element, path }];
}

/** A document that is being read: its value, and what has been found wrong so far. */
export interface PolicyDocument {
  readonly value: JsonObject;
  readonly faults: readonly Fault[];
  readonly report: Report;
  /** Where the element of a path (or with `name` its name) begins. */
  place(path: JsonPath, part?: 'name'): Position;
}

/** A text as far as JSON goes. Without a document it is no JSON object, or too long to be looked at. */
export interface Opened {
  /** Grows while the document is being read. */
  readonly faults: readonly Fault[];
  readonly document?: PolicyDocument;
}

/** Opens the JSON text of a policy; what its elements mean is for others to say. */
export function openDocument(text: string, maxCharacters: number): Opened {
  const length = countCharacters(text, maxCharacters);
  if (length > maxCharacters) {
    const what = `must have at most ${maxCharacters} characters (white space not counted), has ${length}`;
    return { faults: [{ code: 'PolicyDocumentLengthOverLimit', path: '', what, position: undefined }] };
  }
  const lines = new LineIndex(text);
  const { root, faults: broken } = readJson(text);
  const faults = broken.map(
    ({ offset, what }): Fault => ({ code: 'PolicyDocumentError', path: '', what, position: lines.at(offset) }),
  );
  if (root === undefined) return { faults };

  const place = (path: JsonPath, part?: 'name') => lines.at(offsetOf(root, path, part ?? 'value'));
  const report: Report = (code, path, what, part) => {
    faults.push({ code, path: pathText(path), what, position: place(path, part) });
  };
  const value = plainValue(root);
  if (isObject(value)) return { faults, document: { value, faults, report, place } };
  report('PolicyDocumentError', [], `must be a JSON object, was ${given(value)}`);
  return { faults };
}

/** White space is free, but not without end: the text is refused beyond this many times the limit. */
const WHITE_SPACE_FACTOR = 8;

/** The characters that count against the limit. */
export function countCharacters(text: string, maxCharacters: number): number {
  return text.length > maxCharacters * WHITE_SPACE_FACTOR ? text.length : text.replaceAll(/\s/g, '').length;
}
