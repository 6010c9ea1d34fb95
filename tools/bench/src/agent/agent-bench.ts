import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvocationService } from '@muster/contract';
import { createRegisterCode, ROOT, type RootCredentials, rootTransport, startConstellation } from '@muster/dev-env';
import { createServiceClient } from '@muster/rpc';
import { cpuMs, mostDuring, residentMb } from './process-figures.ts';

const FLOOD_BYTES = 200_000_000;

/** Where an agent is to work. */
interface Installation {
  readonly url: string;
  readonly root: RootCredentials;
}

/**
 * `npm run bench -- agent [SECONDS]`: what an agent takes of its machine, installed by the line of `muster agent install` and beside it one that
 * runs from source: memory and processor time while it waits, and the most memory while a script writes 200 MB.
 */
export async function agentBench(folder: string, seconds: number): Promise<void> {
  await using constellation = await startConstellation({
    dataDir: join(folder, 'data'),
    agents: 1,
    fromSources: true,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  await using installed = await installedAgent(join(folder, 'machine'), constellation);
  const invocations = createServiceClient(
    InvocationService,
    await rootTransport(constellation.url, constellation.root),
  );
  const agents = {
    installed: { pid: installed.pid, instanceId: installed.instanceId },
    'from source': constellation.machines[0]!,
  };
  const rows: Record<string, Record<string, string>> = {};
  for (const [name, { pid, instanceId }] of Object.entries(agents)) {
    // whatever its start left to tidy up
    await sleep(5_000);
    const began = cpuMs(pid);
    await sleep(seconds * 1_000);
    const idle = residentMb(pid);
    const busy = (cpuMs(pid) - began) / (seconds * 10);
    const most = await mostDuring(pid, async () => {
      const { invocationId } = await invocations.runCommand({
        content: new TextEncoder().encode(`yes | head -c ${FLOOD_BYTES}`),
        instanceIds: [instanceId],
      });
      for await (const _ of invocations.watchInvocation({ invocationId }));
    });
    rows[name] = {
      'idle RSS MB': idle.rss.toFixed(1),
      'of it its own': idle.own.toFixed(1),
      'idle CPU %': busy.toFixed(2),
      'most RSS MB in 200 MB': most.toFixed(1),
    };
  }
  console.table(rows);
}

/** Installs an agent below a folder, as a machine's owner would, and starts it. */
async function installedAgent(prefix: string, { url, root }: Installation) {
  const code = await createRegisterCode(url, root, 1);
  const script = await (await fetch(`${url}/agent/install.sh`)).text();
  const options = ['--prefix', prefix, '--server', url, '--code-id', code.id, '--code-value', code.value];
  const install = spawn('sh', ['-s', '--', ...options, '--host-name', 'installed'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  install.stdin.end(script);
  const [failed] = await once(install, 'exit');
  if (failed) throw new Error('the agent could not be installed');
  const agent = spawn(join(prefix, 'opt/muster-agent/bin/muster-agent'), ['run'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      MUSTER_AGENT_ROOT_STAND_IN: 'true',
      MUSTER_AGENT_KILL_ON_STOP: 'true',
      MUSTER_LOG_LEVEL: 'warn',
    },
  });
  const [{ instanceId }] = (await once(agent, 'message')) as [{ instanceId: string }];
  return {
    pid: agent.pid!,
    instanceId,
    async [Symbol.asyncDispose]() {
      agent.kill();
      await once(agent, 'exit');
    },
  };
}
