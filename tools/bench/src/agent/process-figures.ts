import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds of a tick of the kernel's clock, as /proc counts them (USER_HZ is 100 on every Linux). */
const TICK_MS = 10;
const LOOK_EVERY_MS = 50;

/** Megabytes of a process in memory, and those of them that nobody else has and no file. */
export function residentMb(pid: number): { rss: number; own: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]) / 1_024;
  return { rss: megabytes('Rss'), own: megabytes('Anonymous') };
}

/** Processor time that a process has used. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // the name in parentheses may hold anything
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The most megabytes in memory that were seen while something went on. */
export async function mostDuring(pid: number, work: () => Promise<void>): Promise<number> {
  let most = 0;
  let over = false;
  const looking = (async () => {
    while (!over) {
      most = Math.max(most, residentMb(pid).rss);
      await sleep(LOOK_EVERY_MS);
    }
  })();
  try {
    await work();
  } finally {
    over = true;
    await looking;
  }
  return most;
}
