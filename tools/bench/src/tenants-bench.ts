import { join } from 'node:path';
import type { Transport } from '@connectrpc/connect';
import { AccountService, InvocationService } from '@muster/contract';
import { type Constellation, rootTransport, startConstellation } from '@muster/dev-env';
import { createServiceClient } from '@muster/rpc';
import { silentLogger } from '@muster/testkit';
import { connectMachines, patiently, registerMachines } from './fleet/fleet.ts';
import type { LightAgent } from './fleet/light-agent.ts';
import { runOnAll } from './fleet/runs.ts';
import { summarize } from './summary.ts';

const QUEUED = 5_000;
const CALLERS = 64;
const NOISY_MACHINES = 200;
const QUIET_MACHINES = 2;

/** An account with machines. */
interface Tenant extends AsyncDisposable {
  readonly owner: Transport;
  readonly fleet: readonly LightAgent[];
}

/**
 * `npm run bench -- tenants [ROUNDS]`: how long a quiet account's run takes, from the call to its last result, alone and beside an account with
 * 5,000 queued tasks and 64 callers that call as fast as they are let.
 */
export async function tenantsBench(folder: string, rounds: number): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  await using constellation = await startConstellation({
    dataDir: join(folder, 'data'),
    agents: 0,
    logLevel: 'warn',
    say,
  });
  await using quiet = await tenant(constellation, 'quiet', QUIET_MACHINES);
  await using noisy = await tenant(constellation, 'noisy', NOISY_MACHINES);
  const alone = await runTimes(quiet, rounds);

  const stop = new AbortController();
  const queueing = queue(noisy, stop.signal);
  await queueing.filled;
  say(`${QUEUED} tasks were queued`);
  const calling = Promise.all(Array.from({ length: CALLERS }, () => call(noisy, stop.signal)));
  const beside = await runTimes(quiet, rounds);
  const done = noisy.fleet.reduce((count, { starts }) => count + starts.size, 0);
  stop.abort();
  const answered = (await calling).reduce((sum, counts) => ({
    answered: sum.answered + counts.answered,
    refused: sum.refused + counts.refused,
  }));
  await queueing.ended;

  const [one, other] = [summarize(alone), summarize(beside)];
  const row = ({ median, p95 }: { median: number; p95: number }) => ({
    'median ms': median.toFixed(1),
    'p95 ms': p95.toFixed(1),
  });
  console.table({
    'the quiet account alone': row(one),
    'beside the noisy one': row(other),
    ratio: { 'median ms': (other.median / one.median).toFixed(2), 'p95 ms': (other.p95 / one.p95).toFixed(2) },
  });
  console.table({
    'noisy calls answered': answered.answered,
    'noisy calls refused': answered.refused,
    'noisy tasks run meanwhile': done,
    'still queued at the end': queueing.sent() - done,
  });
}

async function tenant({ url, root }: Constellation, name: string, machines: number): Promise<Tenant> {
  const accounts = createServiceClient(AccountService, await rootTransport(url, root));
  const { secretId, secretKey } = await accounts.createAccount({ name });
  const owner = await rootTransport(url, { ...root, secretId, secretKey });
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

/** Milliseconds of each of these runs on one machine, one after the other. */
async function runTimes({ owner, fleet }: Tenant, rounds: number): Promise<number[]> {
  const runs = createServiceClient(InvocationService, owner);
  const times: number[] = [];
  for (let round = -5; round < rounds; round++) {
    const instanceIds = [fleet[(round + 5) % fleet.length]!.instanceId];
    const began = performance.now();
    const { invocationId } = await patiently(() => runs.runCommand({ content: Buffer.from('true'), instanceIds }));
    for await (const _ of runs.watchInvocation({ invocationId }));
    if (round >= 0) times.push(performance.now() - began);
  }
  return times;
}

/** Sends runs on all machines: so many tasks at first, then as many as end. */
function queue({ owner, fleet }: Tenant, stop: AbortSignal) {
  const instanceIds = fleet.map(({ instanceId }) => instanceId);
  const filled = Promise.withResolvers<void>();
  let sent = 0;
  const send = async () => {
    const done = () => fleet.reduce((count, { starts }) => count + starts.size, 0);
    while (!stop.aborted) {
      if (sent >= QUEUED) filled.resolve();
      if (sent - done() >= QUEUED) {
        await new Promise((resolve) => {
          setTimeout(resolve, 100);
        });
        continue;
      }
      sent += (await runOnAll(owner, instanceIds)).length * instanceIds.length;
    }
  };
  const ended = send();
  ended.catch(filled.reject);
  return { filled: filled.promise, ended, sent: () => sent };
}

/** Asks for lists and runs a command again and again, without waiting when it is refused. */
async function call({ owner, fleet }: Tenant, stop: AbortSignal): Promise<{ answered: number; refused: number }> {
  const runs = createServiceClient(InvocationService, owner);
  const counts = { answered: 0, refused: 0 };
  for (let turn = 0; !stop.aborted; turn++) {
    const instanceIds = [fleet[turn % fleet.length]!.instanceId];
    const asking =
      turn % 4 === 0
        ? runs.runCommand({ content: Buffer.from('true'), instanceIds })
        : runs.describeInvocationTasks({ limit: 100 });
    await asking.then(
      () => counts.answered++,
      () => counts.refused++,
    );
  }
  return counts;
}
