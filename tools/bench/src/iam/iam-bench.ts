import { type Constellation, startConstellation } from '@muster/dev-env';
import { authorizeRpc } from './authorize-rpc.ts';
import { casbinEngine } from './casbin-engine.ts';
import { caslEngine } from './casl-engine.ts';
import { cedarEngine } from './cedar-engine.ts';
import { compareEngines, type EngineFigures } from './compare-engines.ts';
import { engineCosts } from './engine-costs.ts';
import { musterEngine } from './muster-engine.ts';
import { naiveEngine } from './naive-engine.ts';
import { fullWorkload, typicalWorkload } from './workload.ts';

const SEED = 20_261_121;

/** `npm run bench -- iam [ROUNDS]`: the engines side by side, what an account costs, and Authorize over gRPC. */
export async function iamBench(dataDir: string, rounds: number): Promise<void> {
  console.log(`seed ${SEED}, ${rounds} rounds, every engine agrees with the naive evaluator on 1,000 questions first`);
  const typical = typicalWorkload(SEED);
  const factories = [naiveEngine, musterEngine, caslEngine, casbinEngine, cedarEngine];
  show('1,000 users, 50 groups, 200 policies', await compareEngines(typical, factories, rounds));
  show('one user, 200 policies attached', await compareEngines(fullWorkload(SEED), factories, rounds));
  console.log('an account of 1,000 users and 200 policies, every user compiled and asked about');
  console.table(rounded(engineCosts(typical)));

  await using constellation: Constellation = await startConstellation({
    dataDir,
    agents: 0,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  console.log('Authorize over gRPC, iam-svc in a process of its own, median of 3 rounds');
  console.table((await authorizeRpc(constellation, dataDir)).map(rounded));
}

function show(title: string, figures: readonly EngineFigures[]): void {
  console.log(title);
  console.table(figures.map(rounded));
}

function rounded<T extends object>(figures: T) {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toPrecision(3)) : value,
    ]),
  );
}
