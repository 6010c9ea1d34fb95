import { parseTagSelectors } from './domain/tag-selector.ts';
import { parseTags, type Tag } from './domain/tags.ts';
import { Stop } from './stop.ts';

/** Tags that were typed, none when none were. */
export function tagsFrom(texts: readonly string[] = []): Tag[] {
  const tags = parseTags(texts);
  if (typeof tags === 'string') throw new Stop(`\`${tags}\` is no tag`, { hint: 'write it as key=value' });
  return tags;
}

/** Filters of a list by tags that were typed; none when none were. */
export function tagFiltersFrom(texts: readonly string[] = []): { name: string; values: string[] }[] {
  const selectors = parseTagSelectors(texts);
  if (typeof selectors === 'string') throw new Stop(`\`${selectors}\` is no tag`, { hint: 'write it as key=value' });
  return selectors.map(({ key, values }) =>
    values.length > 0 ? { name: `tag:${key}`, values } : { name: 'tag-key', values: [key] },
  );
}
