import type { MethodImpl } from '@connectrpc/connect';
import {
  type InstanceService,
  ModifyRegisterInstanceRequestSchema,
  ModifyRegisterInstanceResponseSchema,
} from '@muster/contract';
import { callOf } from '@muster/rpc';
import { checkInstanceName, checkRegisterInstance } from '../domain/instance.ts';
import { authorizeInstances, registerInstanceOf } from '../instance-subjects.ts';
import type { MachineContext } from '../machine-context.ts';
import { InstanceStore } from '../store/instance-store.ts';
import { writeOnce } from '../write-once.ts';

export function modifyRegisterInstance(
  machines: Pick<MachineContext, 'db' | 'write' | 'clock' | 'vault' | 'region'>,
): MethodImpl<typeof InstanceService.method.modifyRegisterInstance> {
  return async (request, context) => {
    const call = callOf(context);
    const { caller } = call;
    const instanceId = checkRegisterInstance(request.instanceId);
    const name = checkInstanceName(request.instanceName);
    await authorizeInstances([instanceId], { ...machines, call });
    const schemas = { input: ModifyRegisterInstanceRequestSchema, output: ModifyRegisterInstanceResponseSchema };
    return writeOnce(machines, { caller, request, ...schemas }, async ({ trx }) => {
      await registerInstanceOf(trx, caller.accountUin, instanceId);
      await new InstanceStore(trx).rename(instanceId, name, machines.clock.now());
      return {};
    });
  };
}
