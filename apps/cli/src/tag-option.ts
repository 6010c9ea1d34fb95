import { parseTags, type Tag } from './domain/tags.ts';
import { Stop } from './stop.ts';

/** Tags that were typed, none when none were. */
export function tagsFrom(texts: readonly string[] = []): Tag[] {
  const tags = parseTags(texts);
  if (typeof tags === 'string') throw new Stop(`\`${tags}\` is no tag`, { hint: 'write it as key=value' });
  return tags;
}
