import { invalid } from '@muster/kernel';
import { parseAction, type Tags } from '@muster/policy';

const MOST_RESOURCES = 200;
const LONGEST_RESOURCE = 1_024;
const MOST_TAGS = 50;

/** A tag as messages carry it. */
export interface TagInit {
  readonly key: string;
  readonly value: string;
}

/** One requested action, exactly one: `tat:RunCommand`. */
export function checkAction(action: string): string {
  if (parseAction(action) === action && !action.includes('*')) return action;
  throw invalid('InvalidParameter.ActionError', 'Action', `must name one action, was \`${action}\``);
}

/** 1 to 200 resources; what they say is the engine's to judge. */
export function checkResources(resources: readonly { readonly resource: string }[]): void {
  if (resources.length < 1 || resources.length > MOST_RESOURCES) {
    const what = `must be 1 to ${MOST_RESOURCES}, were ${resources.length}`;
    throw invalid('InvalidParameterValue.LimitExceeded', 'Resources', what);
  }
  const long = resources.find(({ resource }) => resource.length > LONGEST_RESOURCE);
  if (long) {
    const what = `must be at most ${LONGEST_RESOURCE} characters each, one has ${long.resource.length}`;
    throw invalid('InvalidParameterValue.LimitExceeded', 'Resources', what);
  }
}

/** Tags as the engine takes them. A key that comes twice is refused: a policy could see one value and a service store the other. */
export function checkTags(field: string, tags: readonly TagInit[]): Tags {
  if (tags.length > MOST_TAGS) {
    throw invalid('InvalidParameterValue.LimitExceeded', field, `must be at most ${MOST_TAGS}, were ${tags.length}`);
  }
  const keys = new Set(tags.map(({ key }) => key));
  if (keys.size < tags.length) throw invalid('InvalidParameterValue', field, 'must not hold a key twice');
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

/** A resource with its account filled in when it left that empty: services never name one, so they cannot name another's. */
export function withAccount(resource: string, accountUin: string): string {
  const segments = resource.split(':');
  if (segments.length < 6 || segments[0] !== 'qcs' || segments[4] !== '') return resource;
  return segments.with(4, `uin/${accountUin}`).join(':');
}
