import { execFileSync } from 'node:child_process';

/** The terminal host of an agent: its only child while nothing else runs. */
export function processesOf(agent: number): number[] {
  const list = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = list.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  return pairs.filter(([, parent]) => parent === agent).map(([pid]) => pid);
}
