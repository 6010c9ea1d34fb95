import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentBench } from './agent/agent-bench.ts';
import { echoBench } from './echo/echo-bench.ts';
import { herdBench } from './herd-bench.ts';
import { historyBench } from './history/history-bench.ts';
import { iamBench } from './iam/iam-bench.ts';
import { latencyBench } from './latency-bench.ts';
import { recordingsBench } from './recordings/recordings-bench.ts';
import { tenantsBench } from './tenants/tenants-bench.ts';

/** `npm run bench -- NAME [ROUNDS]`: figures side by side in one run, as ratios. */
const BENCHES = {
  agent: { run: agentBench, rounds: 60 },
  latency: { run: latencyBench, rounds: 100 },
  echo: { run: echoBench, rounds: 2_000 },
  iam: { run: iamBench, rounds: 9 },
  herd: { run: herdBench, rounds: 2_000 },
  recordings: { run: recordingsBench, rounds: 20 },
  tenants: { run: tenantsBench, rounds: 100 },
  history: { run: historyBench, rounds: 100 },
};

const [name = 'latency', rounds] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name as keyof typeof BENCHES] : undefined;
if (!bench) throw new Error(`no benchmark \`${name}\`; there are ${Object.keys(BENCHES).join(' and ')}`);
const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
try {
  await bench.run(folder, Number(rounds ?? bench.rounds));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
