import { join } from 'node:path';
import { type Constellation, rootTransport, startConstellation } from '@muster/dev-env';
import { silentLogger } from '@muster/testkit';
import { connectMachines, registerMachines } from './fleet/fleet.ts';
import type { LightAgent } from './fleet/light-agent.ts';
import { cpuSeconds, peakMegabytes } from './fleet/process-cost.ts';
import { outcomes, runOnAll } from './fleet/runs.ts';

/** As agents have it by default. */
const RECONNECT_MAX_MS = 20_000;

/** What a herd has shown; times in milliseconds. */
export interface Herd {
  readonly registered: number;
  readonly connected: number;
  /** From the kill of nats-server until so many of all had a new session. */
  readonly back: Readonly<Record<'50 %' | '95 %' | '100 %', number>>;
  /** How many tasks ended how, of those before the kill and of those that were sent while the bus was away. */
  readonly before: Readonly<Record<string, number>>;
  readonly during: Readonly<Record<string, number>>;
  /** Tasks that were allowed to start more than once. */
  readonly twice: number;
  /** The most memory that each process ever had, in MB. */
  readonly peakMb: Readonly<Record<string, number>>;
  /** Of the nats-server that took everybody back, and of this process with all the agents in it. */
  readonly cpuSeconds: Readonly<Record<'nats-server' | 'agents', number>>;
}

/** Kills the bus under `agents` connected machines, sends each a task while it is away, and waits until all is well again. */
export async function herd(
  constellation: Constellation,
  agents: number,
  { reconnectMaxMs = RECONNECT_MAX_MS, withinMs = 180_000 } = {},
): Promise<Herd> {
  const { url, root } = constellation;
  const owner = await rootTransport(url, root);

  let began = performance.now();
  const lap = () => {
    const took = performance.now() - began;
    began = performance.now();
    return took;
  };
  const machines = await registerMachines(owner, url, agents);
  const registered = lap();
  const fleet = await connectMachines(machines, { reconnectMaxMs, logger: silentLogger });
  const connected = lap();
  try {
    const instanceIds = fleet.map(({ instanceId }) => instanceId);
    const before = await outcomes(owner, await runOnAll(owner, instanceIds), withinMs);

    const cpuBefore = process.cpuUsage();
    const killedAt = performance.now();
    constellation.signal('nats-server', 'SIGKILL');
    const sent = await runOnAll(owner, instanceIds);
    await untilBack(fleet, killedAt, withinMs);
    const during = await outcomes(owner, sent, withinMs);

    const times = fleet.map(({ greetedAt }) => greetedAt - killedAt).toSorted((one, other) => one - other);
    const share = (part: number) => times[Math.ceil(part * times.length) - 1]!;
    const { user, system } = process.cpuUsage(cpuBefore);
    const pids = constellation.pids();
    return {
      registered,
      connected,
      back: { '50 %': share(0.5), '95 %': share(0.95), '100 %': share(1) },
      before,
      during,
      twice: fleet.flatMap(({ starts }) => [...starts.values()]).filter((starts) => starts > 1).length,
      peakMb: Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, peakMegabytes(pid)])),
      cpuSeconds: { 'nats-server': cpuSeconds(pids['nats-server']!), agents: (user + system) / 1e6 },
    };
  } finally {
    await Promise.all(fleet.map((agent) => agent[Symbol.asyncDispose]()));
  }
}

async function untilBack(fleet: readonly LightAgent[], killedAt: number, withinMs: number): Promise<void> {
  const away = () => fleet.filter(({ greetedAt }) => greetedAt < killedAt).length;
  while (away() > 0) {
    if (performance.now() - killedAt > withinMs)
      throw new Error(`${away()} machines are not back after ${withinMs} ms`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

/** `npm run bench -- herd [AGENTS]`: a fleet whose bus is killed, all of it in this process, against the real services. */
export async function herdBench(folder: string, agents: number): Promise<void> {
  await using constellation = await startConstellation({
    dataDir: join(folder, 'data'),
    agents: 0,
    logLevel: 'warn',
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const seen = await herd(constellation, agents);
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([status, count]) => `${count} ${status}`)
      .join(', ');
  console.table({
    machines: agents,
    registered: seconds(seen.registered),
    connected: seconds(seen.connected),
    ...Object.fromEntries(Object.entries(seen.back).map(([part, ms]) => [`${part} back`, seconds(ms)])),
    'tasks before': counts(seen.before),
    'tasks sent meanwhile': counts(seen.during),
    'tasks started twice': seen.twice,
    ...Object.fromEntries(Object.entries(seen.peakMb).map(([name, mb]) => [`most memory of ${name}`, `${mb} MB`])),
    ...Object.fromEntries(
      Object.entries(seen.cpuSeconds).map(([name, used]) => [`processor time of ${name}`, `${used.toFixed(1)} s`]),
    ),
  });
}
