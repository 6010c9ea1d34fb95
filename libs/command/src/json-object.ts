import { invalid, type Refusal } from '@muster/kernel';

/** The object that `text` is. Refusal: InvalidParameterValue.ParameterInvalidJsonFormat. */
export function parseObject(field: string, text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw notAnObject(field, 'no JSON');
  }
  if (parsed === null) throw notAnObject(field, 'null');
  if (Array.isArray(parsed)) throw notAnObject(field, 'an array');
  if (typeof parsed !== 'object') throw notAnObject(field, `a ${typeof parsed}`);
  return parsed as Record<string, unknown>;
}

/** The text itself is not repeated: it may hold hidden values, and messages end in logs and records. */
function notAnObject(field: string, what: string): Refusal {
  return invalid(
    'InvalidParameterValue.ParameterInvalidJsonFormat',
    field,
    `must be the JSON text of one object, such as {"key":"value"}, was ${what}`,
  );
}

/** Keys of the outermost object as written, repetitions included (JSON.parse keeps only the last). `text` is valid JSON. */
export function* keysInText(text: string): Generator<string> {
  let depth = 0;
  let lastString = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') {
      const end = closingQuote(text, at);
      lastString = text.slice(at, end + 1);
      at = end;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === ':' && depth === 1) yield JSON.parse(lastString) as string;
  }
}

function closingQuote(text: string, opening: number): number {
  let at = opening + 1;
  while (text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at;
}
