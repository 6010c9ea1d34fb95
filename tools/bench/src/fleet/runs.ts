import { randomUUID } from 'node:crypto';
import type { Transport } from '@connectrpc/connect';
import { InvocationService, TaskStatus } from '@muster/contract';
import { createServiceClient } from '@muster/rpc';
import { eventually } from '@muster/testkit';
import { patiently } from './fleet.ts';

/** A run takes at most this many machines. */
const TARGETS = 200;
const PAGE = 100;

const NAMES = new Map<number, string>(Object.entries(TaskStatus).map(([name, status]) => [status, name]));

/** Runs `true` on these machines, on so many at a time as a run takes; the runs' ids. */
export async function runOnAll(owner: Transport, instanceIds: readonly string[]): Promise<string[]> {
  const runs = createServiceClient(InvocationService, owner);
  const invocationIds: string[] = [];
  for (let from = 0; from < instanceIds.length; from += TARGETS) {
    const batch = instanceIds.slice(from, from + TARGETS);
    const content = new TextEncoder().encode('true');
    const clientToken = randomUUID();
    const { invocationId } = await patiently(() => runs.runCommand({ content, instanceIds: batch, clientToken }));
    invocationIds.push(invocationId);
  }
  return invocationIds;
}

/** How many tasks of these runs ended how, once all have ended. */
export async function outcomes(
  owner: Transport,
  invocationIds: readonly string[],
  withinMs: number,
): Promise<Record<string, number>> {
  const runs = createServiceClient(InvocationService, owner);
  const counts: Record<string, number> = {};
  for (const invocationId of invocationIds) {
    await eventually(
      `the end of ${invocationId}`,
      async () => {
        const { invocationSet } = await patiently(() => runs.describeInvocations({ invocationIds: [invocationId] }));
        return invocationSet[0]?.endTime;
      },
      withinMs,
    );
    const filters = [{ name: 'invocation-id', values: [invocationId] }];
    for (let offset = 0; ; offset += PAGE) {
      const { invocationTaskSet } = await patiently(() =>
        runs.describeInvocationTasks({ filters, limit: PAGE, offset, hideOutput: true }),
      );
      for (const { taskStatus } of invocationTaskSet) {
        const name = NAMES.get(taskStatus) ?? String(taskStatus);
        counts[name] = (counts[name] ?? 0) + 1;
      }
      if (invocationTaskSet.length < PAGE) break;
    }
  }
  return counts;
}
