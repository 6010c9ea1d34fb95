import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startConstellation } from '@muster/dev-env';
import { runLatency } from './run-latency.ts';

/** `npm run bench -- latency [ROUNDS]`: how long one `true` takes, beside a bare bash. */
export async function latencyBench(folder: string, rounds: number): Promise<void> {
  await using constellation = await startConstellation({
    dataDir: join(folder, 'data'),
    agents: 3,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const environment = { ...process.env, MUSTER_CONFIG: join(folder, 'config.json') };
  const { url, root } = constellation;
  const login = spawnSync(
    process.execPath,
    [constellation.cli, 'login', '--url', url, '--secret-id', root.secretId, '--secret-key-stdin'],
    { env: environment, input: root.secretKey, encoding: 'utf8' },
  );
  if (login.status !== 0) throw new Error(login.stderr);
  const results = await runLatency(constellation, rounds, environment);
  const base = results['bash -c true']!.median;
  const ms = (value: number) => value.toFixed(1);
  console.table(
    Object.fromEntries(
      Object.entries(results).map(([name, { median, p95, min, max }]) => [
        name,
        {
          'median ms': ms(median),
          'p95 ms': ms(p95),
          'min ms': ms(min),
          'max ms': ms(max),
          'times bash': (median / base).toFixed(1),
        },
      ]),
    ),
  );
}
