import type { MethodImpl } from '@connectrpc/connect';
import { verifyByUser } from '@muster/bus';
import type { EnrollmentService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { isFresh, RENEWAL_WINDOW_MS, renewalText } from '../domain/enrollment.ts';
import { toBusCredentials } from '../instance-convert.ts';
import type { MachineContext } from '../machine-context.ts';
import { InstanceStore } from '../store/instance-store.ts';

export function renewCredentials(
  machines: MachineContext,
): MethodImpl<typeof EnrollmentService.method.renewCredentials> {
  return async (request) => {
    const { db, clock, tenants } = machines;
    const instance = await new InstanceStore(db).byId(request.instanceId);
    if (!instance || !verifyByUser(instance.publicKey, renewalText(request), request.signature)) {
      throw new Refusal(
        'unauthenticated',
        'AuthFailure',
        'the signature is not that of a machine with this InstanceId',
      );
    }
    const now = clock.now();
    if (!isFresh(request.timestampMs, now)) {
      throw new Refusal(
        'unauthenticated',
        'AuthFailure',
        `TimestampMs must be within ${RENEWAL_WINDOW_MS / 1_000} s of the service's clock, which says ${now}; was ${request.timestampMs}`,
      );
    }
    const { accountUin, instanceId, publicKey } = instance;
    await tenants.ensure(accountUin);
    return {
      credentials: toBusCredentials(await tenants.agentCredentials({ accountUin, instanceId, publicKey }), machines),
    };
  };
}
