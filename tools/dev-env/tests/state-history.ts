import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { illegalSteps, recordStates, type StatefulTable } from '@muster/testkit';
import { ROOT } from '../src/constellation.ts';

/** Tasks as docs/states.md draws them, which a test of invocation-svc holds equal to its table of transitions. */
function tasks(): StatefulTable {
  const drawn = readFileSync(join(ROOT, 'docs', 'states.md'), 'utf8').matchAll(/^ {2}([A-Z_]+) --> ([A-Z_]+):/gm);
  const steps = Map.groupBy(drawn, ([, from]) => from!);
  return {
    table: 'invocation_task',
    id: 'invocation_task_id',
    state: 'status',
    first: 'PENDING',
    steps: Object.fromEntries([...steps].map(([from, lines]) => [from, lines.map(([, , to]) => to!)])),
  };
}

const storeOf = (dataDir: string) => join(dataDir, 'invocation-svc', 'invocation.db');

/** Has the store of a running constellation keep every state that tasks go through. */
export function recordHistory(dataDir: string): void {
  recordStates(storeOf(dataDir), [tasks()]);
}

/** Throws when a stopped constellation had a task do what cannot be. */
export function checkHistory(dataDir: string): void {
  const faults = illegalSteps(storeOf(dataDir), [tasks()]);
  if (faults.length > 0) throw new Error(`impossible steps of tasks:\n${faults.join('\n')}`);
}
