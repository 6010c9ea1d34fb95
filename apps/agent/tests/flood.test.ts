import { readFileSync } from 'node:fs';
import { TaskOutcome } from '@muster/contract';
import { expect, it } from 'vitest';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();

it('F27: a flood of 50 MB does not go through the memory of the agent, and no other task waits for it', async () => {
  const agent = await machine.process();
  const limit = 8 << 20;
  await machine.run('head -c 9000000 /dev/zero', { outputLimitBytes: limit }).result;
  const before = residentMb(agent.child.pid!);
  const flood = machine.run('yes | head -c 50000000; sleep 1', { outputLimitBytes: limit });
  const other = await machine.run('echo quick').result;
  expect(flood.results).toEqual([]);
  expect(other).toMatchObject({ outcome: TaskOutcome.SUCCESS });
  expect(await flood.result).toMatchObject({ stdoutLength: limit, discarded: BigInt(50_000_000 - limit) });
  expect(residentMb(agent.child.pid!) - before).toBeLessThan(40);
});

function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}
