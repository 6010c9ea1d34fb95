import type { Variables } from './variables.ts';

/** One value or several of a condition key, as a request carries them. */
export type ContextValue = string | number | boolean | readonly (string | number | boolean)[];

export type Tags = Readonly<Record<string, string>>;

/** How conditions look at a request: the values of a normalised key; undefined or none means the key is missing. */
export type KeyLookup = (key: string) => readonly string[] | undefined;

const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['mfa', 'qcs:mfa'],
  ['qcs:tag', 'qcs:resource_tag'],
]);

/** Keys are compared without case (CAM section 6); a tag's own key, after the slash, keeps its case (section 13). */
export function normaliseKey(key: string): string {
  const trimmed = key.trim();
  const slash = trimmed.indexOf('/');
  const name = (slash < 0 ? trimmed : trimmed.slice(0, slash)).toLowerCase();
  return (OTHER_NAMES.get(name) ?? name) + (slash < 0 ? '' : trimmed.slice(slash));
}

/** The keys of one call that are the same for each of its resources. */
export function requestKeys(
  context: Readonly<Record<string, ContextValue>>,
  requestTags: Tags,
  variables: Variables,
): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(context)) keys.set(normaliseKey(key), [value].flat().map(String));
  // Set last: what the engine knows itself is never taken from the context.
  setTags(keys, 'qcs:request_tag', requestTags);
  keys.set('qcs:uin', [variables.uin]);
  keys.set('qcs:owner_uin', [variables.owner_uin]);
  return keys;
}

/** The same keys and those of one resource's tags. */
export function resourceKeys(shared: ReadonlyMap<string, readonly string[]>, tags: Tags): KeyLookup {
  const own = new Map<string, readonly string[]>();
  setTags(own, 'qcs:resource_tag', tags);
  return (key) => (key.startsWith('qcs:resource_tag') ? own.get(key) : shared.get(key));
}

/** `key&value` for each tag under the name itself, and the value alone under `name/key` (CAM section 6.1). */
function setTags(keys: Map<string, readonly string[]>, name: string, tags: Tags): void {
  const entries = Object.entries(tags);
  keys.set(
    name,
    entries.map(([key, value]) => `${key}&${value}`),
  );
  for (const [key, value] of entries) keys.set(`${name}/${key}`, [value]);
}
