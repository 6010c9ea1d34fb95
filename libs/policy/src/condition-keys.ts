import { Given } from './given.ts';
import type { Variables } from './variables.ts';

/** One value or several of a condition key, as a request carries them. */
export type ContextValue = string | number | boolean | readonly (string | number | boolean)[];

/** Condition keys and what they are; the case of a key plays no part. */
export type ContextValues = Readonly<Record<string, ContextValue>>;

export type Tags = Readonly<Record<string, string>>;

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

/** A normalised key and where its values come from: what the engine knows itself is never taken from anybody's word. */
export interface KeyRef {
  readonly name: string;
  readonly source: 'uin' | 'owner_uin' | 'request_tags' | 'resource_tags' | 'values';
  /** The tag meant by `qcs:resource_tag/<key>`; undefined means all of them, as `key&value` (CAM section 6.1). */
  readonly tag: string | undefined;
}

const SOURCES: ReadonlyMap<string, KeyRef['source']> = new Map([
  ['qcs:uin', 'uin'],
  ['qcs:owner_uin', 'owner_uin'],
  ['qcs:request_tag', 'request_tags'],
  ['qcs:request_tag/', 'request_tags'],
  ['qcs:resource_tag', 'resource_tags'],
  ['qcs:resource_tag/', 'resource_tags'],
]);

/** Takes a normalised key apart. */
export function keyRef(name: string): KeyRef {
  const slash = name.indexOf('/') + 1;
  const source = SOURCES.get(slash === 0 ? name : name.slice(0, slash)) ?? 'values';
  return { name, source, tag: slash === 0 ? undefined : name.slice(slash) };
}

/** Keys beside tags that belong to a resource, so that a plan leaves them to the list query (CAM section 6.1). */
export const RESOURCE_KEYS: ReadonlySet<string> = new Set(['qcs:create_uin']);

/** Whether only the resource at hand knows the key's values. All such keys are text. */
export function isResourceKey({ name, source }: KeyRef): boolean {
  return source === 'resource_tags' || RESOURCE_KEYS.has(name);
}

/** How conditions look at a request. */
export interface KeyLookup {
  get(key: KeyRef): Given;
}

/** The keys of one call that are the same for each of its resources. Nothing is read before a condition asks for it. */
export class RequestKeys implements KeyLookup {
  readonly #context: ContextValues | undefined;
  #bag: ValueBag | undefined;
  readonly #requestTags: Tags | undefined;
  readonly #variables: Variables;
  #found: Map<string, Given> | undefined;

  constructor(context: ContextValues | undefined, requestTags: Tags | undefined, variables: Variables) {
    this.#context = context;
    this.#requestTags = requestTags;
    this.#variables = variables;
  }

  get(key: KeyRef): Given {
    this.#found ??= new Map();
    let given = this.#found.get(key.name);
    if (given === undefined) {
      given = this.#look(key);
      this.#found.set(key.name, given);
    }
    return given;
  }

  #look({ name, source, tag }: KeyRef): Given {
    switch (source) {
      case 'uin':
        return new Given([this.#variables.uin]);
      case 'owner_uin':
        return new Given([this.#variables.owner_uin]);
      case 'request_tags':
        return tagValues(this.#requestTags, tag);
      case 'resource_tags':
        return Given.NOTHING;
      case 'values':
        this.#bag ??= new ValueBag(this.#context ?? {});
        return this.#bag.get(name);
    }
  }
}

/** The same keys and those of one resource: its tags, and its attributes, which win over the request's context. */
export class ResourceKeys implements KeyLookup {
  readonly #request: KeyLookup;
  readonly #tags: Tags | undefined;
  readonly #attributes: ValueBag | undefined;
  #allTags: Given | undefined;

  constructor(request: KeyLookup, tags: Tags | undefined, attributes: ContextValues | undefined) {
    this.#request = request;
    this.#tags = tags;
    this.#attributes = attributes && new ValueBag(attributes);
  }

  get(key: KeyRef): Given {
    if (key.source === 'resource_tags') {
      if (key.tag !== undefined) return tagValues(this.#tags, key.tag);
      this.#allTags ??= tagValues(this.#tags, undefined);
      return this.#allTags;
    }
    if (this.#attributes === undefined || key.source !== 'values') return this.#request.get(key);
    const own = this.#attributes.get(key.name);
    return own.missing ? this.#request.get(key) : own;
  }
}

/** Values by key, however the keys are spelt. Where a key has several spellings the normalised one wins. */
class ValueBag {
  readonly #values: ContextValues;
  #bySpelling: ReadonlyMap<string, ContextValue> | undefined;

  constructor(values: ContextValues) {
    this.#values = values;
  }

  get(name: string): Given {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : this.#speltOtherwise(name);
    if (value === undefined) return Given.NOTHING;
    return new Given(isList(value) ? value.map(String) : [String(value)]);
  }

  #speltOtherwise(name: string): ContextValue | undefined {
    this.#bySpelling ??= new Map(Object.entries(this.#values).map(([key, value]) => [normaliseKey(key), value]));
    return this.#bySpelling.get(name);
  }
}

function isList(value: ContextValue): value is Extract<ContextValue, readonly unknown[]> {
  return Array.isArray(value);
}

function tagValues(tags: Tags | undefined, tag: string | undefined): Given {
  if (tags === undefined) return Given.NOTHING;
  if (tag === undefined) return new Given(Object.entries(tags).map(([key, value]) => `${key}&${value}`));
  return Object.hasOwn(tags, tag) ? new Given([tags[tag]!]) : Given.NOTHING;
}
