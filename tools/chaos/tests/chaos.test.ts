import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { evidenceFolder } from '../src/evidence.ts';
import { drawPlan } from '../src/plan.ts';
import { figuresOf } from '../src/report.ts';
import { runChaos } from '../src/run.ts';

const SECONDS = 60;
const AGENTS = 3;
const TASKS = 5;

it('a minute of kills, pauses and partitions: nothing lost, nothing run twice, nothing left behind', async () => {
  const plan = drawPlan({
    seed: randomInt(2 ** 27),
    seconds: SECONDS,
    agents: AGENTS,
    tasksPerSecond: TASKS,
    profile: 'everything',
  });
  using folder = evidenceFolder();
  const told: string[] = [];
  const say = (line: string) => void told.push(line);
  console.log(
    `chaos: replay with npm run chaos -- --seconds ${SECONDS} --agents ${AGENTS} --tasks-per-second ${TASKS} --seed ${plan.seed}`,
  );
  const result = await runChaos({
    plan,
    folder: folder.path,
    say,
    progress: () => {},
    signal: AbortSignal.timeout(280_000),
  });
  const { violations, ...figures } = { ...figuresOf(plan, result), violations: result.violations };
  console.log(`chaos: ${JSON.stringify(figures)}`);
  const kept = folder.keep(plan, result) ? `, kept in ${folder.path}` : '';
  expect(violations, `seed ${plan.seed}${kept}`).toEqual([]);
  expect(figures.tasks).toBeGreaterThan(20);
  expect(figures.kills).toBeGreaterThan(5);
}, 300_000);
