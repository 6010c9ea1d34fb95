/** Parameters from `key=value` texts, or the text that is wrong and why. Values may hold `=` and be empty. */
export function parseParameters(pairs: readonly string[]): { json: string } | { fault: string } {
  const parameters = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1) return { fault: `\`${pair}\` is not key=value` };
    const key = pair.slice(0, equals);
    if (parameters.has(key)) return { fault: `\`${key}\` is given twice` };
    parameters.set(key, pair.slice(equals + 1));
  }
  if (parameters.size === 0) return { json: '' };
  // written by hand, for an object would reorder keys such as `7` and swallow `__proto__`
  const members = [...parameters].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return { json: `{${members.join(',')}}` };
}
