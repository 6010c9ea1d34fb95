const collator = new Intl.Collator('en', { numeric: true });

/** Orders machines as people count them: `web-2` before `web-10`; equal names by id. */
export function byName(one: { name: string; id: string }, other: { name: string; id: string }): number {
  return collator.compare(one.name, other.name) || collator.compare(one.id, other.id);
}
