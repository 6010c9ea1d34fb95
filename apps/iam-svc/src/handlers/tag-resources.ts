import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkNewTags, requireTagRoom } from '../domain/tags.ts';
import { recordChange } from '../events.ts';
import { namedOwnResources, requireOwnResource } from '../named/own-resources.ts';

/** Decided on each resource with the tags it has, and the new ones as the request's. */
export function tagResources({
  write,
  clock,
  quotas,
}: Pick<IamContext, 'write' | 'clock' | 'quotas'>): MethodImpl<typeof IamService.method.tagResources> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    if (request.tags.length === 0) throw invalid('MissingParameter', 'Tags', 'must be given');
    const added = checkNewTags(request.tags);
    const resources = await namedOwnResources(request.resourceList, call);
    const now = clock.now();
    await write(call, async (writers) => {
      const { tags } = writers;
      for (const resource of resources) {
        await requireOwnResource(writers, accountUin, resource);
        const { kind, id } = resource;
        requireTagRoom(quotas, await tags.of(accountUin, kind, id), added);
        await tags.set(accountUin, kind, id, added);
      }
      await recordChange(writers, { accountUin, uin, action: 'cam:TagResources', now });
    });
    return {};
  };
}
