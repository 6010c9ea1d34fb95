import { once } from 'node:events';
import { InvocationService } from '@muster/contract';
import { createServiceClient } from '@muster/rpc';
import { patiently } from '../fleet/fleet.ts';
import { startTenant, type Tenant, type TenantOptions } from './tenant.ts';

/** Rounds that are not counted, before each measurement. */
const WARM_UP = 5;

/**
 * The quiet account of `tenants`, its caller and its machines: a process of its own, so that nothing is measured but the services. Says that it
 * is ready, then answers every number of rounds with as many times.
 */
await using tenant = await startTenant(JSON.parse(process.argv[2]!) as TenantOptions);
process.on('message', (rounds: number) => void runTimes(tenant, rounds).then((times) => process.send!(times)));
process.send!('ready');
await once(process, 'disconnect');

/** Milliseconds of each of these runs on one machine, one after the other. */
async function runTimes({ owner, fleet }: Tenant, rounds: number): Promise<number[]> {
  const runs = createServiceClient(InvocationService, owner);
  const times: number[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    const instanceIds = [fleet[(round + WARM_UP) % fleet.length]!.instanceId];
    const began = performance.now();
    const { invocationId } = await patiently(() => runs.runCommand({ content: Buffer.from('true'), instanceIds }));
    for await (const _ of runs.watchInvocation({ invocationId }));
    if (round >= 0) times.push(performance.now() - began);
  }
  return times;
}
