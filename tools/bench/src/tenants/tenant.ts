import type { Transport } from '@connectrpc/connect';
import { type RootCredentials, rootTransport } from '@muster/dev-env';
import { silentLogger } from '@muster/testkit';
import { connectMachines, registerMachines } from '../fleet/fleet.ts';
import type { LightAgent } from '../fleet/light-agent.ts';

/** Where an account is, who owns it and how many machines it is to have. */
export interface TenantOptions {
  /** The gateway's. */
  readonly url: string;
  readonly root: RootCredentials;
  readonly machines: number;
}

/** An account with machines, all in this process. */
export interface Tenant extends AsyncDisposable {
  readonly owner: Transport;
  readonly fleet: readonly LightAgent[];
}

/** Registers and connects the machines of an account; resolves when each has its first session. */
export async function startTenant({ url, root, machines }: TenantOptions): Promise<Tenant> {
  const owner = await rootTransport(url, root);
  const fleet = await connectMachines(await registerMachines(owner, url, machines), {
    reconnectMaxMs: 1_000,
    logger: silentLogger,
  });
  return {
    owner,
    fleet,
    async [Symbol.asyncDispose]() {
      await Promise.all(fleet.map((agent) => agent[Symbol.asyncDispose]()));
    },
  };
}
