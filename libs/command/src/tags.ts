import { invalid, Refusal } from '@muster/kernel';
import { characterCount, quote } from './quote.ts';

/** On a new command (TAT). */
export const TAGS_MAX = 10;
/** On a resource in all, and in one request that sets or takes some (the cloud's tag service). */
export const RESOURCE_TAGS_MAX = 50;
export const TAG_KEY_MAX_CHARACTERS = 127;
export const TAG_VALUE_MAX_CHARACTERS = 255;

/** TAT's Tag. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/**
 * Tags to store: at most 10 on a new command, each key once, keys of 1 to 127 and values of 1 to 255 characters (the cloud's tag
 * service), and no key that begins with a reserved prefix. Refusals: InvalidParameterValue.TooLong, otherwise InvalidParameterValue.
 */
export function checkTags(given: readonly Tag[], most = TAGS_MAX): readonly Tag[] {
  if (given.length > most) {
    throw invalid('InvalidParameterValue', 'Tags', `must be at most ${most} tags, was ${given.length}`);
  }
  const keys = new Set<string>();
  for (const { key, value } of given) {
    checkPart('Tags.Key', key, TAG_KEY_MAX_CHARACTERS);
    checkPart('Tags.Value', value, TAG_VALUE_MAX_CHARACTERS);
    if (key.startsWith('qcs:') || key.startsWith('project:')) {
      throw invalid(
        'InvalidParameterValue',
        'Tags.Key',
        `must not begin with \`qcs:\` or \`project:\`, was ${quote(key)}`,
      );
    }
    if (keys.has(key))
      throw invalid('InvalidParameterValue', 'Tags', `must name each key once, has ${quote(key)} twice`);
    keys.add(key);
  }
  return given;
}

/** Tags to set on resources: 1 to 50. Refusals: MissingParameter and those of `checkTags`. */
export function checkTagsToSet(given: readonly Tag[]): readonly Tag[] {
  if (given.length === 0) throw invalid('MissingParameter', 'Tags', 'is required, was not given');
  return checkTags(given, RESOURCE_TAGS_MAX);
}

/** Keys of tags to take away: 1 to 50. One that no tag can have is no fault; there is nothing to take. */
export function checkTagKeys(given: readonly string[]): readonly string[] {
  if (given.length === 0) throw invalid('MissingParameter', 'TagKeys', 'is required, was not given');
  if (given.length <= RESOURCE_TAGS_MAX) return given;
  throw invalid('InvalidParameterValue', 'TagKeys', `must be at most ${RESOURCE_TAGS_MAX} keys, was ${given.length}`);
}

/**
 * A resource's tags once these are set: a key that is there keeps its place and gets the new value. Refusal:
 * FailedOperation.TagResourceFailed for more than 50; `id` names the resource in it.
 */
export function withTags(id: string, tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  const result = [...new Map([...tags, ...added].map((tag) => [tag.key, tag])).values()];
  if (result.length <= RESOURCE_TAGS_MAX) return result;
  throw new Refusal(
    'exhausted',
    'FailedOperation.TagResourceFailed',
    `a resource may have at most ${RESOURCE_TAGS_MAX} tags, \`${id}\` would have ${result.length}`,
    { field: 'Tags' },
  );
}

/** A resource's tags without those of these keys. */
export function withoutTags(tags: readonly Tag[], keys: readonly string[]): Tag[] {
  return tags.filter(({ key }) => !keys.includes(key));
}

function checkPart(field: string, text: string, max: number): void {
  if (text === '') throw invalid('InvalidParameterValue', field, `must be 1 to ${max} characters, was empty`);
  const count = characterCount(text);
  if (count > max)
    throw invalid('InvalidParameterValue.TooLong', field, `must be 1 to ${max} characters, was ${count}`);
  // these are shown to people, in terminals too
  if (/\p{Cc}/u.test(text)) throw invalid('InvalidParameterValue', field, 'must not hold control characters, but does');
}
