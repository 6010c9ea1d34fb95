import type { MethodImpl } from '@connectrpc/connect';
import { checkTagsToSet, withTags } from '@muster/command';
import { type InstanceService, TagInstancesRequestSchema, TagInstancesResponseSchema } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeInstanceTags } from '../change-tags.ts';
import type { MachineContext } from '../machine-context.ts';

export function tagInstances(
  machines: Pick<MachineContext, 'db' | 'write' | 'clock' | 'vault' | 'region'>,
): MethodImpl<typeof InstanceService.method.tagInstances> {
  return async (request, context) => {
    const tags = checkTagsToSet(request.tags.map(({ key, value }) => ({ key, value })));
    const asked = { input: TagInstancesRequestSchema, request, output: TagInstancesResponseSchema };
    return changeInstanceTags(machines, callOf(context), asked, (id, current) => withTags(id, current, tags));
  };
}
