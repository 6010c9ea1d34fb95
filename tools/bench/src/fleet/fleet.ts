import { setTimeout as sleep } from 'node:timers/promises';
import type { Transport } from '@connectrpc/connect';
import { newUserKey } from '@muster/bus';
import { EnrollmentService, InstanceKind, InstanceService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { createServiceClient, grpcTransport } from '@muster/rpc';
import { LightAgent, type Machine, type Manners } from './light-agent.ts';

/** How many of them register, or connect for the first time, at the same time. */
const AT_ONCE = 50;

/** Registers new machines with one code of the owner's, through the gateway at `url` as real agents do. */
export async function registerMachines(owner: Transport, url: string, count: number): Promise<Machine[]> {
  const anybody = grpcTransport({ address: new URL(url).host });
  const instances = createServiceClient(InstanceService, owner);
  const enrollment = createServiceClient(EnrollmentService, anybody);
  const code = await instances.createRegisterCode({
    description: 'machines of a bench',
    registerLimit: count,
    effectiveTime: 1,
    instanceKind: InstanceKind.CVM,
  });
  const { registerCodeId, registerCodeValue } = code;
  const machines = await inTurns(count, async (index) => {
    const key = newUserKey();
    const facts = { hostName: `light-${index}`, localIp: '10.0.0.1', systemName: 'Linux', agentVersion: '0.1.0' };
    const request = { registerCodeId, registerCodeValue, publicKey: key.getPublicKey(), ...facts };
    const { instanceId, credentials } = await patiently(() => enrollment.registerInstance(request));
    return { instanceId, key, credentials: credentials! };
  });
  anybody.close();
  return machines;
}

/** Connects machines; resolves when each has its first session. */
export function connectMachines(machines: readonly Machine[], manners: Manners): Promise<LightAgent[]> {
  return inTurns(machines.length, (index) => LightAgent.connect(machines[index]!, manners));
}

/** How long it waits after a refusal that says only that the same may succeed later. */
const LATER_MS = 1_000;

/** Calls, and again after a refusal that may be retried: for calling too often, or for want of an answer. Writes need a client token. */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Refusal) || !['exhausted', 'unavailable'].includes(error.kind)) throw error;
      const waitMs = Number(error.details.retryAfterMs ?? LATER_MS);
      await sleep(waitMs + Math.random() * waitMs);
    }
  }
}

/** What `make` makes of every number below `count`, some at a time. */
async function inTurns<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  let next = 0;
  const work = async () => {
    while (next < count) {
      const index = next++;
      made[index] = await make(index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return made;
}
