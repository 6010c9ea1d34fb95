import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Finding, Share } from './differential-worker.ts';

const COMPARISONS = 1_000_000;
/** `DIFFERENTIAL_SEED` repeats a run. */
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? Date.now() % 1_000_000_000);

async function findingOf(share: Share): Promise<Finding> {
  const worker = new Worker(new URL('./differential-worker.ts', import.meta.url), { workerData: share });
  const [finding] = (await once(worker, 'message')) as [Finding];
  return finding;
}

describe('the engine and the naive evaluator', () => {
  it('agree on 1,000,000 random questions, and all three outcomes are frequent', { timeout: 300_000 }, async () => {
    const step = availableParallelism();
    const began = performance.now();
    const findings = await Promise.all(
      Array.from({ length: step }, (_, first) =>
        findingOf({ seed: SEED, first, step, comparisons: Math.ceil(COMPARISONS / step) }),
      ),
    );
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    const total = (outcome: string) => findings.reduce((sum, { outcomes }) => sum + outcomes[outcome]!, 0);
    const counts = { allowed: total('allowed'), denied: total('explicit_deny'), silent: total('implicit_deny') };
    console.info(`seed ${SEED}, ${step} workers, ${seconds} s, ${JSON.stringify(counts)}`);

    const disagreement = findings.find((finding) => finding.disagreement)?.disagreement;
    expect(disagreement && JSON.stringify(disagreement)).toBeUndefined();
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(COMPARISONS / 20);
  });
});
