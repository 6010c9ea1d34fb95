import type { MethodImpl } from '@connectrpc/connect';
import {
  DeleteRegisterCodesRequestSchema,
  DeleteRegisterCodesResponseSchema,
  type InstanceService,
} from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeRegisterCodes } from '../change-register-codes.ts';
import type { MachineContext } from '../machine-context.ts';

export function deleteRegisterCodes(
  machines: Pick<MachineContext, 'db' | 'write' | 'clock' | 'vault' | 'region'>,
): MethodImpl<typeof InstanceService.method.deleteRegisterCodes> {
  return (request, context) =>
    changeRegisterCodes(
      machines,
      callOf(context),
      { input: DeleteRegisterCodesRequestSchema, request, output: DeleteRegisterCodesResponseSchema },
      (codes) => codes.remove(request.registerCodeIds),
    );
}
