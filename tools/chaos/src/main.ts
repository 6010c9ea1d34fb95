import { Command, InvalidArgumentError, Option } from 'commander';
import { evidenceFolder } from './evidence.ts';
import { MUTATIONS, type MutationName } from './mutations.ts';
import { drawPlan, type PlanOptions, type Profile } from './plan.ts';
import { figuresOf, inWords, progressLine } from './report.ts';
import type { ChaosResult } from './run.ts';
import { runChaos } from './run.ts';

const whole = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}`);
  return value;
};
const number = (text: string) => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number above 0');
  return value;
};

interface Given {
  readonly seconds: number;
  readonly seed?: number;
  readonly agents: number;
  readonly tasksPerSecond: number;
  readonly killsPerSecond?: number;
  readonly profile?: Profile;
  readonly mutate?: MutationName;
  readonly plan?: true;
  readonly keep?: true;
  readonly json?: true;
}

const program = new Command('chaos')
  .description('Kills parts of a whole constellation while it works, and checks what is left (docs/chaos.md).')
  .option('--seconds <n>', 'for how long there are new runs and faults', whole(1, 86_400), 60)
  .option('--seed <n>', 'what the plan is drawn from; another one each time when absent', whole(0, 2 ** 27 - 1))
  .option('--agents <n>', 'how many machines', whole(1, 20), 5)
  .option('--tasks-per-second <n>', 'how many tasks are asked for, on average', number, 10)
  .option('--kills-per-second <n>', 'how many kills, on average; what the profile says when absent', number)
  .addOption(
    new Option('--profile <name>', 'what the faults concentrate on').choices([
      'everything',
      'agents',
      'supervisors',
      'service',
      'cancels',
    ] satisfies Profile[]),
  )
  .addOption(
    new Option('--mutate <name>', 'put this defect in; the run has to find it').choices(Object.keys(MUTATIONS)),
  )
  .option('--plan', 'print the plan as JSON and do nothing')
  .option('--keep', 'keep the folder also when everything holds')
  .option('--json', 'print the figures as one line of JSON on standard output')
  .parse();

const given = program.opts<Given>();
const { mutate } = given;
const options: PlanOptions = {
  seed: given.seed ?? Math.floor(Math.random() * 2 ** 27),
  seconds: given.seconds,
  agents: given.agents,
  tasksPerSecond: given.tasksPerSecond,
  ...(given.killsPerSecond === undefined ? {} : { killsPerSecond: given.killsPerSecond }),
  profile: given.profile ?? (mutate ? MUTATIONS[mutate].profile : 'everything'),
};
const plan = drawPlan(options);
if (given.plan) process.stdout.write(`${JSON.stringify(plan)}\n`);
else process.exitCode = await run();

async function run(): Promise<number> {
  using folder = evidenceFolder();
  const asked = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => asked.abort());
  const say = (line: string) => void process.stderr.write(`chaos: ${line}\n`);
  say(`seed ${plan.seed}, ${plan.seconds} s, ${plan.agents} agents${mutate ? `, with ${mutate}` : ''}; ${folder.path}`);
  const progress = process.stderr.isTTY ? progressLine(process.stderr) : () => {};
  let result: ChaosResult;
  try {
    result = await runChaos({ plan, folder: folder.path, mutation: mutate, say, progress, signal: asked.signal });
  } catch (error) {
    if (!asked.signal.aborted) throw error;
    say('stopped');
    return 130;
  }
  const { violations } = result;
  if (given.json) process.stdout.write(`${JSON.stringify({ ...figuresOf(plan, result), violations })}\n`);
  process.stderr.write(inWords(plan, result));
  if (folder.keep(plan, result, given.keep))
    say(`kept in ${folder.path}: plan.json, facts.json, violations.json, ledger, data/logs and the stores`);
  return violations.length === 0 ? 0 : 1;
}
