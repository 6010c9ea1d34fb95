import { join } from 'node:path';
import { type Client, createClient } from '@connectrpc/connect';
import { InvocationService } from '@muster/contract';
import { type Constellation, rootTransport, startConstellation } from '@muster/dev-env';
import { eventually } from '@muster/testkit';
import { summarize } from '../summary.ts';
import { seedHistory } from './seed-history.ts';

const SIZES = [1_000, 1_000_000] as const;
const MACHINE = 'ins-00000007';
const COMMAND = 'cmd-00000007';

type Runs = Client<typeof InvocationService>;

/** What is asked; `round` changes from call to call. */
const QUESTIONS: Readonly<Record<string, (runs: Runs, round: number) => Promise<unknown>>> = {
  'DescribeInvocations, first page': (runs) => runs.describeInvocations({ limit: 20 }),
  'DescribeInvocations, by command': (runs) =>
    runs.describeInvocations({ filters: [{ name: 'command-id', values: [COMMAND] }] }),
  'DescribeInvocationTasks, first page': (runs) => runs.describeInvocationTasks({ limit: 100 }),
  'DescribeInvocationTasks, by machine': (runs) =>
    runs.describeInvocationTasks({ filters: [{ name: 'instance-id', values: [MACHINE] }] }),
  'DescribeInvocationTasks, by run': (runs) =>
    runs.describeInvocationTasks({ filters: [{ name: 'invocation-id', values: ['inv-s0000007'] }] }),
  'DescribeInvocationTasks, page after page': (runs, round) =>
    runs.describeInvocationTasks({ limit: 20, offset: (round % 40) * 20 }),
};

/** `npm run bench -- history [ROUNDS]`: what a list call costs when 1,000 tasks are stored and when 1,000,000 are, in turns. */
export async function historyBench(folder: string, rounds: number): Promise<void> {
  await using running = new AsyncDisposableStack();
  const clients: Runs[] = [];
  for (const size of SIZES) clients.push(await filled(join(folder, String(size)), size, running));
  const times = new Map(Object.keys(QUESTIONS).map((name) => [name, SIZES.map((): number[] => [])]));
  for (let round = -5; round < rounds; round++) {
    for (const [name, ask] of Object.entries(QUESTIONS)) {
      for (const [index, client] of clients.entries()) {
        const began = performance.now();
        await ask(client, Math.max(0, round));
        if (round >= 0) times.get(name)![index]!.push(performance.now() - began);
      }
    }
  }
  console.table(
    Object.fromEntries(
      [...times].map(([name, [small, large]]) => {
        const [few, many] = [summarize(small!), summarize(large!)];
        return [
          name,
          {
            '1,000: median ms': few.median.toFixed(2),
            '1,000,000: median ms': many.median.toFixed(2),
            'p95 ms': many.p95.toFixed(2),
            ratio: (many.median / few.median).toFixed(2),
          },
        ];
      }),
    ),
  );
}

/** A constellation whose history has this size. */
async function filled(dataDir: string, size: number, running: AsyncDisposableStack): Promise<Runs> {
  const say = (line: string) => process.stderr.write(`${size}: ${line}\n`);
  {
    await using first = await startConstellation({ dataDir, agents: 1, say });
    await runOnce(first);
  }
  say('seeding');
  seedHistory(join(dataDir, 'invocation-svc', 'invocation.db'), size);
  return clientOf(running.use(await startConstellation({ dataDir, agents: 0, say })));
}

async function runOnce(constellation: Constellation): Promise<void> {
  const runs = await clientOf(constellation);
  const instanceIds = constellation.machines.map(({ instanceId }) => instanceId);
  const { invocationId } = await runs.runCommand({
    content: Buffer.from('true'),
    instanceIds,
    workingDirectory: '/tmp',
  });
  await eventually('the end of the run', async () => {
    const { invocationSet } = await runs.describeInvocations({ invocationIds: [invocationId] });
    return invocationSet[0]?.endTime;
  });
}

async function clientOf({ url, root }: Constellation): Promise<Runs> {
  return createClient(InvocationService, await rootTransport(url, root));
}
