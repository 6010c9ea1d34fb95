import pc from 'picocolors';
import type { Plan } from './plan.ts';
import type { ChaosResult, Standing } from './run.ts';

/** Violations that are told; all of them are in the folder. */
const TOLD = 20;

/** The figures of a run. */
export function figuresOf({ seed, agents, profile }: Plan, { facts, violations, ...counted }: ChaosResult) {
  const { faults, load, states, seconds } = counted;
  const of = (rule: string) =>
    new Set(violations.filter((violation) => violation.rule === rule).map(({ about }) => about)).size;
  return {
    seed,
    agents,
    profile,
    seconds,
    calls: facts.calls.length,
    accepted: facts.calls.filter(({ answer }) => answer.kind === 'accepted').length,
    tasks: facts.tasks.length,
    started: facts.ledger.filter((line) => line.startsWith('start ')).length,
    states,
    interrupted: facts.tasks.filter(({ errorInfo }) => errorInfo.startsWith('INTERRUPTED')).length,
    kills: sum(faults.kills),
    killsBy: faults.kills,
    restarts: faults.restarts,
    pauses: faults.pauses,
    partitions: sum(faults.links),
    partitionsBy: faults.links,
    ...load,
    lost: of('lost'),
    twice: of('twice'),
    violated: violations.length,
  };
}

/** The figures and the violations, for people. */
export function inWords(plan: Plan, result: ChaosResult): string {
  const figures = figuresOf(plan, result);
  const { violations } = result;
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    `${figures.tasks} tasks of ${figures.accepted} runs in ${figures.seconds} s: ${list(figures.states)}; interrupted ${figures.interrupted}`,
    `${figures.kills} kills (${list(figures.killsBy)}), ${figures.restarts} restarts, ${figures.pauses} pauses, ${figures.partitions} faults of links (${list(figures.partitionsBy)})`,
    `${figures.attempts} calls, repeated for ${list(figures.repeatedFor) || 'nothing'}; ${figures.cancels} cancels`,
    `${figures.lost} lost, ${figures.twice} twice, seed ${figures.seed}`,
    ...violations.slice(0, TOLD).map(({ rule, what }) => pc.red(`✘ ${rule}: ${what}`)),
    ...(violations.length > TOLD ? [`and ${violations.length - TOLD} more`] : []),
    violations.length === 0 ? pc.green('✔ every invariant holds') : pc.red(`✘ ${violations.length} violations`),
    '',
  ].join('\n');
}

/** Keeps one line of a terminal up to date. */
export function progressLine(terminal: NodeJS.WritableStream): (standing: Standing) => void {
  return ({ seconds, states, faults }) => {
    const { SUCCESS = 0, RUNNING = 0 } = states;
    const line = `${seconds} s: ${sum(states)} tasks, ${RUNNING} running, ${SUCCESS} succeeded; ${sum(faults.kills)} kills, ${faults.pauses} pauses, ${sum(faults.links)} faults of links`;
    terminal.write(`\r\x1b[2K${line}\r`);
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
