import { given, policyRefusal } from './refusals.ts';

/** A JSON object whose members are yet to be looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A one-element list may drop its brackets (CAM section 2): always hands back the list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** RFC 7159 text to a value; refuses what is not JSON and an object that names a member twice. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw policyRefusal('PolicyDocumentError', `must be JSON (RFC 7159), was ${given(text)}`);
  }
  const twice = repeatedMember(text);
  if (twice !== undefined) {
    throw policyRefusal('PolicyDocumentError', `must name each element once, names ${given(twice)} twice`);
  }
  return value;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** JSON.parse keeps the last of two equal members, which could make a statement disappear without a word. */
function repeatedMember(json: string): string | undefined {
  const open: Set<string>[] = []; // an array gets a set too; it stays empty
  let text = '';
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') text = token;
    else {
      const name: string = JSON.parse(text);
      const names = open.at(-1)!;
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
}
