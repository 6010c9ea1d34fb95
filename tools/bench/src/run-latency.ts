import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { InvocationService } from '@muster/contract';
import { type Constellation, rootTransport } from '@muster/dev-env';
import { createServiceClient } from '@muster/rpc';
import { type Summary, summarize } from './summary.ts';

/**
 * How long one `true` takes on three machines, measured turn by turn in the same run: a bare `bash -c true`, one call through
 * the gateway until the last result is there, and the whole `muster run` process.
 */
export async function runLatency(
  constellation: Constellation,
  rounds: number,
  environment: NodeJS.ProcessEnv,
): Promise<Record<string, Summary>> {
  const invocations = createServiceClient(
    InvocationService,
    await rootTransport(constellation.url, constellation.root),
  );
  const instanceIds = constellation.machines.map(({ instanceId }) => instanceId);
  const call = async () => {
    const { invocationId } = await invocations.runCommand({ content: new TextEncoder().encode('true'), instanceIds });
    for await (const _ of invocations.watchInvocation({ invocationId }));
  };
  const process_ = async (command: string, args: readonly string[]) => {
    const [code] = await once(spawn(command, args, { stdio: 'ignore', env: environment }), 'exit');
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  };
  const contestants = {
    'bash -c true': () => process_('bash', ['-c', 'true']),
    'one call, 3 agents': call,
    'muster run true -t web-*': () => process_(process.execPath, [constellation.cli, 'run', 'true', '-t', 'web-*']),
  };
  const times = new Map<string, number[]>(Object.keys(contestants).map((name) => [name, []]));
  for (let round = -3; round < rounds; round++) {
    for (const [name, act] of Object.entries(contestants)) {
      const began = performance.now();
      await act();
      if (round >= 0) times.get(name)!.push(performance.now() - began);
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, summarize(all)]));
}
