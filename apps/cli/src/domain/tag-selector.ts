/** A tag that a machine must have: the key, and one of these values, or any when there are none. */
export interface TagSelector {
  readonly key: string;
  readonly values: string[];
}

/** Tags written `key=value`, `key=value,other` or `key`; the first that is not written so comes back as it is. */
export function parseTagSelectors(texts: readonly string[]): TagSelector[] | string {
  const selectors: TagSelector[] = [];
  for (const text of texts) {
    const equals = text.indexOf('=');
    const key = equals === -1 ? text : text.slice(0, equals);
    const values = equals === -1 ? [] : text.slice(equals + 1).split(',');
    if (key === '' || (values.length > 1 && values.includes(''))) return text;
    selectors.push({ key, values });
  }
  return selectors;
}
