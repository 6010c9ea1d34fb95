import type { MethodImpl } from '@connectrpc/connect';
import { checkTagsToSet, withTags } from '@muster/command';
import type { InstanceService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeInstanceTags } from '../change-tags.ts';
import type { MachineContext } from '../machine-context.ts';

export function tagInstances(
  machines: Pick<MachineContext, 'db' | 'write' | 'region'>,
): MethodImpl<typeof InstanceService.method.tagInstances> {
  return async (request, context) => {
    const tags = checkTagsToSet(request.tags.map(({ key, value }) => ({ key, value })));
    await changeInstanceTags(machines, callOf(context), request.instanceIds, (id, current) =>
      withTags(id, current, tags),
    );
    return {};
  };
}
