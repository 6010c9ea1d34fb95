import type { Transport } from '@connectrpc/connect';
import { InvocationInternalService, type SessionInstance } from '@muster/contract';
import { createServiceClient } from '@muster/rpc';

/** What invocation-svc knows of machines and signs for them. */
export interface Machines {
  /** Those of the instances (1 to 1000) that the account has. */
  describe(accountUin: string, instanceIds: readonly string[]): Promise<SessionInstance[]>;
  /** A `SessionOrder` without tenant and expiry, signed and ready for the bus. Rejects with invocation-svc's refusal. */
  sign(accountUin: string, order: Uint8Array): Promise<{ readonly order: Uint8Array; readonly tenant: string }>;
}

/** How long invocation-svc may take. */
const DEADLINE_MS = 5_000;

/** Asks invocation-svc. */
export function remoteMachines(transport: Transport): Machines {
  const service = createServiceClient(InvocationInternalService, transport, { timeoutMs: DEADLINE_MS });
  return {
    async describe(accountUin, instanceIds) {
      const { instances } = await service.describeSessionInstances({ accountUin, instanceIds: [...instanceIds] });
      return instances;
    },
    async sign(accountUin, order) {
      const { order: signed, tenant } = await service.signSessionOrder({ accountUin, order });
      return { order: signed, tenant };
    },
  };
}
