import { startConstellation } from '@muster/dev-env';
import { tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { herd } from '../src/herd-bench.ts';

const AGENTS = 100;

it('F45: a fleet whose bus is killed comes back, and what was sent meanwhile runs once on every machine', {
  timeout: 120_000,
}, async () => {
  using folder = tempDirectory('muster-herd-');
  await using constellation = await startConstellation({
    dataDir: folder.path,
    agents: 0,
    logLevel: 'warn',
    say: () => undefined,
  });
  const seen = await herd(constellation, AGENTS, { reconnectMaxMs: 2_000, withinMs: 100_000 });
  expect(seen.before).toEqual({ SUCCESS: AGENTS });
  expect(seen.during).toEqual({ SUCCESS: AGENTS });
  expect(seen.twice).toBe(0);
});
