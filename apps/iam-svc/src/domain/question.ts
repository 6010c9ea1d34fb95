import { invalid } from '@muster/kernel';
import { type AccessLevel, findAction, findService, parseAction, type Tags } from '@muster/policy';
import type { ConditionKeys } from './access.ts';
import { isInternal } from './service-access.ts';

const MOST_RESOURCES = 200;
const MOST_KINDS = 8;
const LONGEST_RESOURCE = 1_024;
const MOST_TAGS = 50;
const MOST_KEYS = 50;
const MOST_VALUES = 50;
const LONGEST_TEXT = 1_024;

/** A tag as messages carry it. */
export interface TagInit {
  readonly key: string;
  readonly value: string;
}

/** A condition key as messages carry it. */
export interface ConditionKeyInit {
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * What the one action that is asked about does. A misspelt one must not look like one that nobody may do: where a catalogue is
 * complete, an action that is not in it is refused (CAM section 14.1). One that an incomplete catalogue does not list counts as
 * a write, the stricter of the two.
 */
export function accessLevel(action: string): AccessLevel {
  const catalogued = findAction(action);
  if (catalogued) return catalogued.access;
  if (parseAction(action) !== action || action.includes('*')) {
    throw invalid('InvalidParameter.ActionError', 'Action', `must name one action, was \`${action}\``);
  }
  if (isInternal(action)) return 'read';
  const service = findService(action.slice(0, action.indexOf(':')));
  if (!service) {
    throw invalid(
      'InvalidParameter.ActionServiceNotExist',
      'Action',
      `names a service that is not catalogued: \`${action}\``,
    );
  }
  if (service.complete) {
    throw invalid('InvalidParameter.ActionNotExist', 'Action', `is none of ${service.service}'s: \`${action}\``);
  }
  return 'write';
}

/** 1 to 200 resources; what they say is the engine's to judge. */
export function checkResources(resources: readonly { readonly resource: string }[]): void {
  if (resources.length < 1 || resources.length > MOST_RESOURCES) {
    const what = `must be 1 to ${MOST_RESOURCES}, were ${resources.length}`;
    throw invalid('InvalidParameterValue.LimitExceeded', 'Resources', what);
  }
  for (const { resource } of resources) checkLength(resource);
}

/** 1 to 8 kinds of resources, each six segments that end in a star. */
export function checkKinds(kinds: readonly string[]): void {
  if (kinds.length < 1 || kinds.length > MOST_KINDS) {
    const what = `must be 1 to ${MOST_KINDS}, were ${kinds.length}`;
    throw invalid('InvalidParameterValue.LimitExceeded', 'Resources', what);
  }
  for (const kind of kinds) {
    checkLength(kind);
    if (!/^qcs(:[^:*]*){4}:[^*]*\*$/.test(kind)) {
      throw invalid(
        'InvalidParameterValue',
        'Resources',
        `must be six segments that end in a star, one was \`${kind}\``,
      );
    }
  }
}

function checkLength(resource: string): void {
  if (resource.length <= LONGEST_RESOURCE) return;
  const what = `must be at most ${LONGEST_RESOURCE} characters each, one has ${resource.length}`;
  throw invalid('InvalidParameterValue.LimitExceeded', 'Resources', what);
}

const NO_TAGS: Tags = {};

/** Tags as the engine takes them. A key that comes twice is refused: a policy could see one value and a service store the other. */
export function checkTags(field: string, tags: readonly TagInit[]): Tags {
  if (tags.length === 0) return NO_TAGS;
  if (tags.length > MOST_TAGS) {
    throw invalid('InvalidParameterValue.LimitExceeded', field, `must be at most ${MOST_TAGS}, were ${tags.length}`);
  }
  const byKey = Object.fromEntries(tags.map(({ key, value }) => [key, value]));
  if (Object.keys(byKey).length === tags.length) return byKey;
  throw invalid('InvalidParameterValue', field, 'must not hold a key twice');
}

const NO_KEYS: ConditionKeys = {};

/** What this service knows better than any that asks (CAM section 6.1); `mfa` and `qcs:tag` are older names. */
const RESERVED = /^(qcs:ip|qcs:current_time|qcs:uin|qcs:owner_uin|(qcs:)?mfa|qcs:(resource_|request_)?tag.*)$/;

/**
 * Condition keys as the engine takes them. Those that this service fills in itself are refused, or a service that passes its caller's
 * words on would let the caller choose its own address.
 */
export function checkConditionKeys(field: string, given: readonly ConditionKeyInit[]): ConditionKeys {
  return checkKeys(field, given, RESERVED);
}

/** What follows from whom a simulation is about, and from the tags that it names beside. */
const SETTLED = /^(qcs:uin|qcs:owner_uin|qcs:(resource_|request_)?tag.*)$/;

/** The same for a simulation, which may suppose any address and time. */
export function checkSupposedKeys(field: string, given: readonly ConditionKeyInit[]): ConditionKeys {
  return checkKeys(field, given, SETTLED);
}

function checkKeys(field: string, given: readonly ConditionKeyInit[], reserved: RegExp): ConditionKeys {
  if (given.length === 0) return NO_KEYS;
  if (given.length > MOST_KEYS) {
    throw invalid('InvalidParameterValue.LimitExceeded', field, `must be at most ${MOST_KEYS}, were ${given.length}`);
  }
  const seen = new Set<string>();
  for (const { key, values } of given) {
    const name = key.trim().toLowerCase();
    if (name === '' || key.length > LONGEST_TEXT) {
      throw invalid('InvalidParameterValue', field, `must have keys of 1 to ${LONGEST_TEXT} characters`);
    }
    if (reserved.test(name)) {
      throw invalid('InvalidParameterValue', field, `must not hold \`${key}\`: the service knows it itself`);
    }
    if (seen.has(name)) throw invalid('InvalidParameterValue', field, `must not hold \`${key}\` twice`);
    if (values.length < 1 || values.length > MOST_VALUES) {
      const what = `must have 1 to ${MOST_VALUES} values for \`${key}\`, has ${values.length}`;
      throw invalid('InvalidParameterValue.LimitExceeded', field, what);
    }
    if (values.some((value) => value.length > LONGEST_TEXT)) {
      throw invalid(
        'InvalidParameterValue.LimitExceeded',
        field,
        `must have values of at most ${LONGEST_TEXT} characters`,
      );
    }
    seen.add(name);
  }
  return Object.fromEntries(given.map(({ key, values }) => [key, values]));
}

/** A resource with its account filled in when it left that empty: services never name one, so they cannot name another's. */
export function withAccount(resource: string, accountUin: string): string {
  if (!resource.startsWith('qcs:')) return resource;
  let colon = 3;
  for (let segment = 1; segment < 4; segment++) {
    colon = resource.indexOf(':', colon + 1);
    if (colon < 0) return resource;
  }
  if (resource[colon + 1] !== ':') return resource;
  return `${resource.slice(0, colon + 1)}uin/${accountUin}${resource.slice(colon + 1)}`;
}
