import { invalid } from '@muster/kernel';

/** A tag that a machine must have. */
export interface TagSelector {
  readonly key: string;
  /** One of these values; any when empty. */
  readonly values: readonly string[];
}

/** Machines by what they are, instead of by their ids: all of an account, or those that fit names and tags. */
export interface InstanceSelector {
  readonly all: boolean;
  /** Names in which `*` stands for any text and `?` for one character; one must fit. None means any name. */
  readonly names: readonly string[];
  /** All of them. */
  readonly tags: readonly TagSelector[];
}

export const SELECTOR_NAMES_MAX = 100;
/** Registered names have at most 60 characters; a pattern may spell some of them in vain. */
export const SELECTOR_NAME_MAX_CHARACTERS = 128;
export const SELECTOR_TAGS_MAX = 10;
export const SELECTOR_VALUES_MAX = 20;

/**
 * A selector with at least one part: nobody means every machine by saying nothing. Refusals: MissingParameter,
 * InvalidParameter.ConflictParameter for `all` with anything else, InvalidParameterValue.LimitExceeded, .TooLong, InvalidParameterValue.
 */
export function checkSelector({ all, names, tags }: InstanceSelector): InstanceSelector {
  const parts = names.length + tags.length;
  if (!all && parts === 0) {
    throw invalid('MissingParameter', 'Selector', 'must have names, tags or all, was empty');
  }
  if (all && parts > 0) {
    throw invalid('InvalidParameter.ConflictParameter', 'Selector.All', 'excludes names and tags, both were given');
  }
  checkLength('Selector.Names', names, SELECTOR_NAMES_MAX);
  for (const name of names) checkName(name);
  checkLength('Selector.Tags', tags, SELECTOR_TAGS_MAX);
  for (const { key, values } of tags) {
    if (key === '') throw invalid('InvalidParameterValue', 'Selector.Tags.Key', 'must not be empty, was empty');
    checkLength('Selector.Tags.Values', values, SELECTOR_VALUES_MAX);
  }
  return { all, names, tags };
}

function checkName(name: string): void {
  const characters = [...name].length;
  if (characters > SELECTOR_NAME_MAX_CHARACTERS) {
    throw invalid(
      'InvalidParameterValue.TooLong',
      'Selector.Names',
      `must be at most ${SELECTOR_NAME_MAX_CHARACTERS} characters each, one is ${characters}`,
    );
  }
  if (name !== '' && !/\p{Cc}/u.test(name)) return;
  throw invalid('InvalidParameterValue', 'Selector.Names', 'must not be empty or hold control characters, one is');
}

function checkLength(field: string, given: readonly unknown[], max: number): void {
  if (given.length <= max) return;
  throw invalid('InvalidParameterValue.LimitExceeded', field, `must be at most ${max}, was ${given.length}`);
}
