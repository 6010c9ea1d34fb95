import { fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { AccountService, InvocationService } from '@muster/contract';
import { type Constellation, type RootCredentials, rootTransport, startConstellation } from '@muster/dev-env';
import { createServiceClient } from '@muster/rpc';
import { runOnAll } from '../fleet/runs.ts';
import { summarize } from '../summary.ts';
import { startTenant, type Tenant, type TenantOptions } from './tenant.ts';

const QUEUED = 5_000;
const CALLERS = 64;
const NOISY_MACHINES = 200;
const QUIET_MACHINES = 2;

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
  const { url } = constellation;
  const [quietRoot, noisyRoot] = [await newAccount(constellation, 'quiet'), await newAccount(constellation, 'noisy')];
  await using quiet = await startQuiet({ url, root: quietRoot, machines: QUIET_MACHINES });
  await using noisy = await startTenant({ url, root: noisyRoot, machines: NOISY_MACHINES });
  // its callers and machines stand for other computers: they get the processor time that Muster leaves
  setPriority(constants.priority.PRIORITY_LOW);
  const alone = await quiet.runTimes(rounds);

  const stop = new AbortController();
  const queueing = keepQueued(noisy, stop.signal);
  await queueing.filled;
  say(`${QUEUED} tasks were queued`);
  const calling = Promise.all(Array.from({ length: CALLERS }, () => call(noisy, queueing.queue, stop.signal)));
  const [began, before] = [performance.now(), ended(noisy)];
  const beside = await quiet.runTimes(rounds);
  const [seconds, done] = [(performance.now() - began) / 1_000, ended(noisy) - before];
  const queued = queueing.queue.sent - ended(noisy);
  stop.abort();
  const answered = (await calling).reduce((sum, counts) => ({
    answered: sum.answered + counts.answered,
    refused: sum.refused + counts.refused,
  }));
  await queueing.over;

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
    'seconds beside the noisy one': seconds.toFixed(1),
    'noisy calls answered a second': (answered.answered / seconds).toFixed(1),
    'noisy calls refused a second': (answered.refused / seconds).toFixed(1),
    'noisy tasks run a second': (done / seconds).toFixed(1),
    'noisy tasks queued at the end': queued,
  });
}

/** A new account, not yet with machines. */
async function newAccount({ url, root }: Constellation, name: string): Promise<RootCredentials> {
  const accounts = createServiceClient(AccountService, await rootTransport(url, root));
  const { secretId, secretKey } = await accounts.createAccount({ name });
  return { ...root, secretId, secretKey };
}

/** The quiet account's process. */
interface Quiet extends AsyncDisposable {
  /** Milliseconds of so many runs, from the call to the last result. */
  runTimes(rounds: number): Promise<number[]>;
}

async function startQuiet(options: TenantOptions): Promise<Quiet> {
  const child = fork(join(import.meta.dirname, 'quiet-process.ts'), [JSON.stringify(options)]);
  const ended = once(child, 'exit');
  const answer = async () => {
    const [said] = await Promise.race([once(child, 'message'), ended.then(([code]) => failed(code))]);
    return said;
  };
  await answer();
  return {
    async runTimes(rounds) {
      child.send(rounds);
      return (await answer()) as number[];
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

function failed(code: number): never {
  throw new Error(`the quiet account's process ended with ${code}`);
}

/** How many tasks the machines of an account have started, which is all but ended. */
function ended({ fleet }: Tenant): number {
  return fleet.reduce((count, { starts }) => count + starts.size, 0);
}

/** Counts the tasks of an account that are not over. */
interface Queue {
  /** Tasks that were accepted so far. */
  sent: number;
}

/** Sends runs on all machines: so many tasks at first, then as many as end. */
function keepQueued(tenant: Tenant, stop: AbortSignal) {
  const { owner, fleet } = tenant;
  const instanceIds = fleet.map(({ instanceId }) => instanceId);
  const filled = Promise.withResolvers<void>();
  const queue: Queue = { sent: 0 };
  const send = async () => {
    while (!stop.aborted) {
      if (queue.sent >= QUEUED) filled.resolve();
      if (queue.sent - ended(tenant) >= QUEUED) {
        await new Promise((resolve) => {
          setTimeout(resolve, 100);
        });
        continue;
      }
      const runs = await runOnAll(owner, instanceIds);
      queue.sent += runs.length * instanceIds.length;
    }
  };
  const over = send();
  over.catch(filled.reject);
  return { queue, filled: filled.promise, over };
}

interface Calls {
  answered: number;
  refused: number;
}

/** Asks for lists and runs a command again and again, without waiting when it is refused. */
async function call({ owner, fleet }: Tenant, queue: Queue, stop: AbortSignal): Promise<Calls> {
  const runs = createServiceClient(InvocationService, owner);
  const calls: Calls = { answered: 0, refused: 0 };
  for (let turn = 0; !stop.aborted; turn++) {
    const instanceIds = [fleet[turn % fleet.length]!.instanceId];
    try {
      if (turn % 4 > 0) await runs.describeInvocationTasks({ limit: 100 });
      else {
        await runs.runCommand({ content: Buffer.from('true'), instanceIds });
        queue.sent++;
      }
      calls.answered++;
    } catch {
      calls.refused++;
    }
  }
  return calls;
}
