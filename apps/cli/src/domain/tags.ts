/** A tag as requests carry it. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Tags written `key=value`; the first that is not written so comes back as it is. */
export function parseTags(texts: readonly string[]): Tag[] | string {
  const tags: Tag[] = [];
  for (const text of texts) {
    const equals = text.indexOf('=');
    if (equals < 1) return text;
    tags.push({ key: text.slice(0, equals), value: text.slice(equals + 1) });
  }
  return tags;
}

/** Tags in one line. */
export function formatTags(tags: readonly Tag[]): string {
  return tags.map(({ key, value }) => `${key}=${value}`).join(' ');
}
