import { invalid } from '@muster/kernel';
import { characterCount, quote } from './quote.ts';

export const TAGS_MAX = 10;
export const TAG_KEY_MAX_CHARACTERS = 127;
export const TAG_VALUE_MAX_CHARACTERS = 255;

/** TAT's Tag. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/**
 * Tags of a new command: at most 10, each key once, keys of 1 to 127 and values of 1 to 255 characters (the cloud's tag service), and no
 * key that begins with a reserved prefix. Refusals: InvalidParameterValue.TooLong, otherwise InvalidParameterValue.
 */
export function checkTags(given: readonly Tag[]): readonly Tag[] {
  if (given.length > TAGS_MAX) {
    throw invalid('InvalidParameterValue', 'Tags', `must be at most ${TAGS_MAX} tags, was ${given.length}`);
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

function checkPart(field: string, text: string, max: number): void {
  if (text === '') throw invalid('InvalidParameterValue', field, `must be 1 to ${max} characters, was empty`);
  const count = characterCount(text);
  if (count > max)
    throw invalid('InvalidParameterValue.TooLong', field, `must be 1 to ${max} characters, was ${count}`);
}
