import type { MethodImpl } from '@connectrpc/connect';
import { checkTagKeys, withoutTags } from '@muster/command';
import type { InstanceService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeRegisterCodeTags } from '../change-tags.ts';
import type { MachineContext } from '../machine-context.ts';

export function untagRegisterCodes(
  machines: Pick<MachineContext, 'db' | 'write' | 'region'>,
): MethodImpl<typeof InstanceService.method.untagRegisterCodes> {
  return async (request, context) => {
    const keys = checkTagKeys(request.tagKeys);
    await changeRegisterCodeTags(machines, callOf(context), request.registerCodeIds, (_, current) =>
      withoutTags(current, keys),
    );
    return {};
  };
}
