import type { MethodImpl } from '@connectrpc/connect';
import {
  DeleteRegisterInstanceRequestSchema,
  DeleteRegisterInstanceResponseSchema,
  type InstanceService,
} from '@muster/contract';
import { callOf } from '@muster/rpc';
import { checkRegisterInstance } from '../domain/instance.ts';
import { authorizeInstances, registerInstanceOf } from '../instance-subjects.ts';
import type { MachineContext } from '../machine-context.ts';
import { removeInstance } from '../remove-instance.ts';
import { writeOnce } from '../write-once.ts';

export function deleteRegisterInstance(
  machines: Pick<MachineContext, 'db' | 'write' | 'clock' | 'vault' | 'region' | 'tenants' | 'logger'>,
): MethodImpl<typeof InstanceService.method.deleteRegisterInstance> {
  return async (request, context) => {
    const call = callOf(context);
    const { caller } = call;
    const { accountUin, uin } = caller;
    const instanceId = checkRegisterInstance(request.instanceId);
    await authorizeInstances([instanceId], { ...machines, call });
    const schemas = { input: DeleteRegisterInstanceRequestSchema, output: DeleteRegisterInstanceResponseSchema };
    const answer = await writeOnce(machines, { caller, request, ...schemas }, async (unit) => {
      const instance = await registerInstanceOf(unit.trx, accountUin, instanceId);
      await removeInstance(unit, instance, { uin, now: machines.clock.now() });
      return {};
    });
    await machines.tenants.cutOff(accountUin);
    machines.logger.info({ instanceId, accountUin, uin }, 'a machine was removed');
    return answer;
  };
}
