import type { MethodImpl } from '@connectrpc/connect';
import {
  DisableRegisterCodesRequestSchema,
  DisableRegisterCodesResponseSchema,
  type InstanceService,
} from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeRegisterCodes } from '../change-register-codes.ts';
import type { MachineContext } from '../machine-context.ts';

export function disableRegisterCodes(
  machines: Pick<MachineContext, 'db' | 'write' | 'clock' | 'vault' | 'region'>,
): MethodImpl<typeof InstanceService.method.disableRegisterCodes> {
  return (request, context) =>
    changeRegisterCodes(
      machines,
      callOf(context),
      { input: DisableRegisterCodesRequestSchema, request, output: DisableRegisterCodesResponseSchema },
      (codes) => codes.disable(request.registerCodeIds, machines.clock.now()),
    );
}
