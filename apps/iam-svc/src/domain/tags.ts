import { invalid } from '@muster/kernel';
import type { Tags } from '@muster/policy';
import { checkTags, type TagInit } from './question.ts';
import { type Quotas, requireRoom } from './quotas.ts';

const MOST_KEYS = 50;
const KEY_CHARACTERS = 127;
const VALUE_CHARACTERS = 255;
const RESERVED = ['qcs:', 'project:'];

/**
 * Tags that are to be stored on one of CAM's own resources: at most 50 a request, each key once, keys of 1 to 127 and values of
 * 1 to 255 characters, no reserved prefix (CAM section 10). Refusals: InvalidParameterValue and its TooLong and LimitExceeded.
 */
export function checkNewTags(given: readonly TagInit[]): Tags {
  for (const { key, value } of given) {
    checkPart('Tags.Key', key, KEY_CHARACTERS);
    checkPart('Tags.Value', value, VALUE_CHARACTERS);
    if (RESERVED.some((prefix) => key.startsWith(prefix))) {
      throw invalid(
        'InvalidParameterValue',
        'Tags.Key',
        `must not begin with \`qcs:\` or \`project:\`, was \`${key}\``,
      );
    }
  }
  return checkTags('Tags', given);
}

/** The keys of tags that are to be taken away: 1 to 50. One that no tag can have is no fault; there is none to take. */
export function checkTagKeys(keys: readonly string[]): readonly string[] {
  if (keys.length >= 1 && keys.length <= MOST_KEYS) return keys;
  throw invalid('InvalidParameterValue.LimitExceeded', 'TagKeys', `must be 1 to ${MOST_KEYS}, were ${keys.length}`);
}

/**
 * Passes when a resource that has `existing` (a new one none) may have `added` as well; a key that it has already takes no more
 * room. Refusal: FailedOperation.TagResourceFailed.
 */
export function requireTagRoom(quotas: Quotas, existing: Tags, added: Tags): void {
  const fresh = Object.keys(added).filter((key) => !Object.hasOwn(existing, key));
  requireRoom(quotas, 'tagsOfResource', Object.keys(existing).length, fresh.length);
}

function checkPart(field: string, text: string, most: number): void {
  const { length } = [...text];
  if (length < 1) throw invalid('InvalidParameterValue', field, `must be 1 to ${most} characters, was empty`);
  if (length > most)
    throw invalid('InvalidParameterValue.TooLong', field, `must be 1 to ${most} characters, had ${length}`);
}
