import type { Tags } from '@muster/policy';
import { ownResource } from '../domain/own-resource.ts';
import type { TagReader } from '../store/tag-store.ts';

/** A resource to decide about. */
interface Asked {
  readonly resource: string;
  readonly tags: Tags;
}

/**
 * The resources of a question with the tags that users, groups, roles and policies of the account have at this moment. Nobody else
 * knows them, so whatever a question says of such a resource does not count.
 */
export async function withOwnTags<R extends Asked>(
  resources: readonly R[],
  { accountUin, tags }: { accountUin: string; tags: TagReader },
): Promise<readonly R[]> {
  const own = resources.map(({ resource }) => ownResource(resource, accountUin));
  const kinds = new Set(own.flatMap((one) => (one ? [one.kind] : [])));
  if (kinds.size === 0) return resources;
  const stored = new Map<string, ReadonlyMap<string, Tags>>();
  for (const kind of kinds) {
    const ids = own.flatMap((one) => (one?.kind === kind ? [one.id] : []));
    stored.set(kind, await tags.ofSome(accountUin, kind, ids));
  }
  return resources.map((resource, i) => {
    const one = own[i];
    return one ? { ...resource, tags: stored.get(one.kind)?.get(one.id) ?? {} } : resource;
  });
}
