import type { MethodImpl } from '@connectrpc/connect';
import { checkTagKeys, withoutTags } from '@muster/command';
import type { InstanceService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeInstanceTags } from '../change-tags.ts';
import type { MachineContext } from '../machine-context.ts';

export function untagInstances(
  machines: Pick<MachineContext, 'db' | 'write' | 'region'>,
): MethodImpl<typeof InstanceService.method.untagInstances> {
  return async (request, context) => {
    const keys = checkTagKeys(request.tagKeys);
    await changeInstanceTags(machines, callOf(context), request.instanceIds, (_, current) =>
      withoutTags(current, keys),
    );
    return {};
  };
}
