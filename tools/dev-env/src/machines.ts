import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRegisterCode, type RootCredentials } from './account.ts';
import { type Managed, manage } from './process.ts';
import { registerAgent } from './register-agent.ts';

/** Which machines, and what they are started with. */
export interface MachinesOptions {
  /** The agent's program. */
  readonly agent: string;
  readonly folder: string;
  readonly logs: string;
  readonly logLevel: string;
  readonly url: string;
  /** The authority of the gateway's certificate, when it has one of its own. */
  readonly caFile: string | undefined;
  readonly root: RootCredentials;
  readonly count: number;
  /** More environment variables of all agents. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where a machine finds the bus. */
  readonly route: (name: string) => Promise<string>;
  readonly say: (line: string) => void;
  readonly restarted: (name: string, how: string) => void;
  readonly starting: AsyncDisposableStack;
}

/** Registers those that are new, and starts the agent of each. */
export async function startMachines(
  options: MachinesOptions,
): Promise<{ name: string; dataDir: string; managed: Managed }[]> {
  const { agent, folder, logs, logLevel, url, caFile, root, count, settings, route, say, restarted, starting } =
    options;
  const wanted = Array.from({ length: count }, (_, index) => {
    const name = `web-${index + 1}`;
    return { name, dataDir: join(folder, 'machines', name), logFile: join(logs, `agent-${name}.log`) };
  });
  const fresh = wanted.filter(({ dataDir }) => !existsSync(join(dataDir, 'agent.json')));
  if (fresh.length > 0) {
    say(`registering ${fresh.map(({ name }) => name).join(', ')}`);
    const code = await createRegisterCode(url, root, fresh.length);
    // one after the other, so that lists by age show them in order
    for (const machine of fresh) await registerAgent({ ...machine, url, caFile, code, agent });
  }
  for (const { name, dataDir } of wanted) dialAt(await route(name), dataDir);
  say(`starting ${count === 1 ? '1 agent' : `${count} agents`}`);
  return Promise.all(
    wanted.map(async ({ name, dataDir, logFile }) => {
      const managed = await manage(
        {
          name,
          entry: agent,
          args: ['run', '--data-dir', dataDir],
          cwd: folder,
          logFile,
          env: {
            MUSTER_LOG_LEVEL: logLevel,
            MUSTER_AGENT_RECONNECT_MAX_SECONDS: '1',
            MUSTER_AGENT_KILL_ON_STOP: 'true',
            MUSTER_AGENT_ROOT_STAND_IN: 'true',
            ...settings,
          },
        },
        restarted,
      );
      starting.use(managed);
      return { name, dataDir, managed };
    }),
  );
}

/** Registration tells a machine where the bus is; here it is told anew, for its way there is another one with every start. */
function dialAt(bus: string, dataDir: string): void {
  const file = join(dataDir, 'agent.json');
  const identity = JSON.parse(readFileSync(file, 'utf8')) as { credentials: { servers: string[] } };
  identity.credentials.servers = [bus];
  writeFileSync(file, JSON.stringify(identity), { mode: 0o600 });
}
