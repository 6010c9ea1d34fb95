/** `key=value` texts by key, in order, or the text that is wrong and why. Values may hold `=` and be empty. */
export function parsePairs(texts: readonly string[]): { pairs: Map<string, string> } | { fault: string } {
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    if (equals < 1) return { fault: `\`${text}\` is not key=value` };
    const key = text.slice(0, equals);
    if (pairs.has(key)) return { fault: `\`${key}\` is given twice` };
    pairs.set(key, text.slice(equals + 1));
  }
  return { pairs };
}

/** Parameters from `key=value` texts as JSON text, empty when there are none, or the text that is wrong and why. */
export function parseParameters(texts: readonly string[]): { json: string } | { fault: string } {
  const parsed = parsePairs(texts);
  if ('fault' in parsed) return parsed;
  if (parsed.pairs.size === 0) return { json: '' };
  // written by hand, for an object would reorder keys such as `7` and swallow `__proto__`
  const members = [...parsed.pairs].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return { json: `{${members.join(',')}}` };
}
