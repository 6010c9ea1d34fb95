import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SupervisorFact } from './facts.ts';

/** A process that belongs to a task. */
export interface TaskProcess {
  readonly pid: number;
  readonly command: string;
  /** Of its task, when it is the supervisor of one. */
  readonly supervises: string | undefined;
}

/** Every process of a task of this installation: by its mark in the environment, or by its place in a journal. */
export function taskProcesses(folder: string, isOurs: (taskId: string) => boolean): TaskProcess[] {
  const machines = join(folder, 'machines');
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .flatMap((pid) => {
      const marked = /\0MUSTER_TASK_ID=([^\0]+)\0/.exec(`\0${read(pid, 'environ')}`)?.[1];
      if (!(marked !== undefined && isOurs(marked)) && !folderOf(pid).startsWith(machines)) return [];
      const [, script, taskId] = read(pid, 'cmdline').split('\0');
      const supervises = script?.endsWith('/supervisor.sh') ? taskId : undefined;
      const isGone = ['Z', 'X', ''].includes(stateOf(pid));
      return isGone ? [] : [{ pid, command: read(pid, 'cmdline').replaceAll('\0', ' ').trim(), supervises }];
    });
}

/** Kills one of the supervisors that run now, the one at this fraction of them; undefined when none runs. */
export async function killSupervisor(folder: string, fraction: number): Promise<SupervisorFact | undefined> {
  const supervisors = taskProcesses(folder, () => false)
    .filter((process): process is TaskProcess & { supervises: string } => process.supervises !== undefined)
    // its copies of itself come after it
    .filter(({ supervises }, index, all) => all.findIndex((each) => each.supervises === supervises) === index);
  const victim = supervisors[Math.floor(fraction * supervisors.length)];
  if (!victim) return undefined;
  const place = folderOf(victim.pid);
  if (!signal(victim.pid, 'SIGKILL')) return undefined;
  while (!['Z', 'X', ''].includes(stateOf(victim.pid))) await sleep(1);
  return {
    taskId: victim.supervises,
    permit: existsSync(join(place, 'permit')),
    exited: existsSync(join(place, 'rc')) || existsSync(join(place, 'result')),
  };
}

/** Signals a process; false when there is none. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function stateOf(pid: number): string {
  const stat = read(pid, 'stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[0] ?? '';
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}
