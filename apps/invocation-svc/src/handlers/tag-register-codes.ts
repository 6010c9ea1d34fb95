import type { MethodImpl } from '@connectrpc/connect';
import { checkTagsToSet, withTags } from '@muster/command';
import { type InstanceService, TagRegisterCodesRequestSchema, TagRegisterCodesResponseSchema } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeRegisterCodeTags } from '../change-tags.ts';
import type { MachineContext } from '../machine-context.ts';

export function tagRegisterCodes(
  machines: Pick<MachineContext, 'db' | 'write' | 'clock' | 'vault' | 'region'>,
): MethodImpl<typeof InstanceService.method.tagRegisterCodes> {
  return async (request, context) => {
    const tags = checkTagsToSet(request.tags.map(({ key, value }) => ({ key, value })));
    const asked = { input: TagRegisterCodesRequestSchema, request, output: TagRegisterCodesResponseSchema };
    return changeRegisterCodeTags(machines, callOf(context), asked, (id, current) => withTags(id, current, tags));
  };
}
