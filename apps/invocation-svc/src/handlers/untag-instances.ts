import type { MethodImpl } from '@connectrpc/connect';
import { checkTagKeys, withoutTags } from '@muster/command';
import { type InstanceService, UntagInstancesRequestSchema, UntagInstancesResponseSchema } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeInstanceTags } from '../change-tags.ts';
import type { MachineContext } from '../machine-context.ts';

export function untagInstances(
  machines: Pick<MachineContext, 'db' | 'write' | 'clock' | 'vault' | 'region'>,
): MethodImpl<typeof InstanceService.method.untagInstances> {
  return async (request, context) => {
    const keys = checkTagKeys(request.tagKeys);
    const asked = { input: UntagInstancesRequestSchema, request, output: UntagInstancesResponseSchema };
    return changeInstanceTags(machines, callOf(context), asked, (_, current) => withoutTags(current, keys));
  };
}
