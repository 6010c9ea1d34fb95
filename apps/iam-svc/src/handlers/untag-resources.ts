import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkTagKeys } from '../domain/tags.ts';
import { recordChange } from '../events.ts';
import { namedOwnResources, requireOwnResource } from '../named/own-resources.ts';

export function untagResources({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof IamService.method.untagResources> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const keys = checkTagKeys(request.tagKeys);
    const resources = await namedOwnResources(request.resourceList, call);
    const now = clock.now();
    await write(call, async (writers) => {
      for (const resource of resources) {
        await requireOwnResource(writers, accountUin, resource);
        await writers.tags.unset(accountUin, resource.kind, resource.id, keys);
      }
      await recordChange(writers, { accountUin, uin, action: 'cam:UntagResources', now });
    });
    return {};
  };
}
