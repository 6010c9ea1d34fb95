import type { ResourceType } from '@muster/contract';
import { planAllows, type Tags } from '@muster/policy';
import { type Call, resourceName } from '@muster/rpc';

/** How the resources of a list are called, and the tags of all that have any, by their ids. */
export interface Listed<T> {
  readonly type: ResourceType;
  readonly idOf: (one: T) => string;
  readonly tags: ReadonlyMap<string, Tags>;
}

const NO_TAGS: Tags = {};

/** Those of a list that its caller may see: one plan for the kind, applied to each. What is left out is no denial on record. */
export async function visible<T>(all: readonly T[], call: Call, { type, idOf, tags }: Listed<T>): Promise<T[]> {
  const [plan] = await call.plan([resourceName(type, '', '*')]);
  return all.filter((one) => {
    const id = idOf(one);
    return planAllows(plan!, { name: resourceName(type, '', id), tags: tags.get(id) ?? NO_TAGS });
  });
}
