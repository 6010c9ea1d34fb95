import type { MethodImpl } from '@connectrpc/connect';
import { checkTagKeys, withoutTags } from '@muster/command';
import {
  type InstanceService,
  UntagRegisterCodesRequestSchema,
  UntagRegisterCodesResponseSchema,
} from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeRegisterCodeTags } from '../change-tags.ts';
import type { MachineContext } from '../machine-context.ts';

export function untagRegisterCodes(
  machines: Pick<MachineContext, 'db' | 'write' | 'clock' | 'vault' | 'region'>,
): MethodImpl<typeof InstanceService.method.untagRegisterCodes> {
  return async (request, context) => {
    const keys = checkTagKeys(request.tagKeys);
    const asked = { input: UntagRegisterCodesRequestSchema, request, output: UntagRegisterCodesResponseSchema };
    return changeRegisterCodeTags(machines, callOf(context), asked, (_, current) => withoutTags(current, keys));
  };
}
