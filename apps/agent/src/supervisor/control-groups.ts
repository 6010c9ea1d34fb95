import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskOrder } from '@muster/contract';
import { type Hierarchy, hierarchiesIn, killsForMemory } from '../domain/control-groups.ts';

/** What each script may use at most; 0 for as much as it likes. */
export interface Limits {
  readonly processes: number;
  readonly memoryBytes: number;
}

/** Names the groups of one task. */
export type Member = Pick<TaskOrder, 'instanceId' | 'invocationTaskId'>;

/** The folder of all groups that agents make, at the top of every hierarchy in use. */
const TOP = 'muster';

/**
 * The control groups of tasks. No process leaves its group by whatever it does to its parents, session, environment or command line; only
 * root's scripts can, on purpose. Nothing depends on them: where none can be made every method does nothing.
 */
export class ControlGroups {
  readonly #hierarchies: readonly Hierarchy[];
  readonly #limits: Limits;

  /** `mounts` is the text of /proc/mounts. Takes what is mounted and writable: version 2, and of version 1 what limits and counts. */
  constructor(limits: Limits, mounts = readFileSync('/proc/mounts', 'utf8')) {
    this.#limits = limits;
    this.#hierarchies = hierarchiesIn(mounts).filter(
      ({ path, version, controllers }) =>
        (version === 2 || controllers.includes('pids') || controllers.includes('memory')) && tried(() => makeTop(path)),
    );
  }

  /** Whether there is any. */
  get usable(): boolean {
    return this.#hierarchies.length > 0;
  }

  /** The limits that this machine cannot hold scripts to. */
  get unheld(): string[] {
    const { processes, memoryBytes } = this.#limits;
    const controls = (name: string) =>
      this.#hierarchies.some(({ path, version, controllers }) =>
        version === 1 ? controllers.includes(name) : controllersOf(join(path, TOP)).includes(name),
      );
    return [
      ...(processes > 0 && !controls('pids') ? ['processes'] : []),
      ...(memoryBytes > 0 && !controls('memory') ? ['memory'] : []),
    ];
  }

  /** Makes the groups of a task, for its supervisor to put the script into. */
  make(member: Member): string[] {
    return this.#hierarchies.flatMap(({ path, version }) => {
      const group = groupIn(path, member);
      const made = tried(() => {
        mkdirSync(group, { recursive: true });
        if (version === 2) passOn(join(path, TOP, member.instanceId));
      });
      if (!made) return [];
      this.#limit(group, version);
      return [group];
    });
  }

  /** Whether a task still has any. */
  exists(member: Member): boolean {
    return this.#groupsOf(member).length > 0;
  }

  /** Every process in the groups of a task, also in groups that the script made below. */
  members(member: Member): Set<number> {
    return new Set(this.#groupsOf(member).flatMap(processesIn));
  }

  /** Kills all of them at once where the kernel can; it also lets no more come. */
  kill(member: Member): void {
    for (const group of this.#groupsOf(member)) {
      tried(() => writeIfThere(join(group, 'pids.max'), '0'));
      tried(() => writeIfThere(join(group, 'cgroup.kill'), '1'));
    }
  }

  /** Whether memory ran out in the task's groups, within the limit or on the whole machine. */
  ranOutOfMemory(member: Member): boolean {
    return this.#groupsOf(member).some((group) =>
      ['memory.events', 'memory.oom_control'].some((name) => killsForMemory(textOf(join(group, name))) > 0),
    );
  }

  /** Removes groups that nothing lives in any more; where something does, they stay until `sweep`. */
  remove(member: Member): void {
    for (const group of this.#groupsOf(member)) removeGroup(group);
    for (const { path } of this.#hierarchies) tried(() => rmdirSync(join(path, TOP, member.instanceId)));
  }

  /** Removes what earlier tasks of this machine left behind, but for what still lives and those that are `held`. */
  sweep(instanceId: string, held: ReadonlySet<string>): void {
    for (const { path } of this.#hierarchies) {
      const ours = join(path, TOP, instanceId);
      for (const name of foldersIn(ours)) if (!held.has(name)) removeGroup(join(ours, name));
      tried(() => rmdirSync(ours));
    }
  }

  #groupsOf(member: Member): string[] {
    return this.#hierarchies.map(({ path }) => groupIn(path, member)).filter((group) => existsSync(group));
  }

  /** Set before the script comes in. Where a controller is missing, so is its file: `unheld` says so. */
  #limit(group: string, version: 1 | 2): void {
    const { processes, memoryBytes } = this.#limits;
    const memory = version === 2 ? ['memory.max'] : ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes'];
    if (processes > 0) tried(() => writeIfThere(join(group, 'pids.max'), String(processes)));
    if (memoryBytes > 0) for (const name of memory) tried(() => writeIfThere(join(group, name), String(memoryBytes)));
    // memory in the swap would be beyond the limit
    if (memoryBytes > 0 && version === 2) tried(() => writeIfThere(join(group, 'memory.swap.max'), '0'));
  }
}

function groupIn(path: string, { instanceId, invocationTaskId }: Member): string {
  return join(path, TOP, instanceId, invocationTaskId);
}

function makeTop(path: string): void {
  mkdirSync(join(path, TOP), { recursive: true });
  // proves that processes may be put into what is made there
  writeFileSync(join(path, TOP, 'cgroup.procs'), '', { flag: 'r+' });
  passOn(path);
  passOn(join(path, TOP));
}

/** Lets the groups below have the controllers that limit and count (version 2 only). One that cannot be had is no reason to go without the other. */
function passOn(group: string): void {
  for (const name of ['pids', 'memory']) {
    if (controllersOf(group).includes(name))
      tried(() => writeIfThere(join(group, 'cgroup.subtree_control'), `+${name}`));
  }
}

function controllersOf(group: string): string[] {
  return textOf(join(group, 'cgroup.controllers')).trim().split(' ');
}

/** A process of another namespace reads as 0. */
function processesIn(group: string): number[] {
  const own = textOf(join(group, 'cgroup.procs'))
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
  return [...own, ...foldersIn(group).flatMap((name) => processesIn(join(group, name)))];
}

function removeGroup(group: string): void {
  for (const name of foldersIn(group)) removeGroup(join(group, name));
  tried(() => rmdirSync(group));
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function writeIfThere(file: string, text: string): void {
  if (existsSync(file)) writeFileSync(file, text, { flag: 'r+' });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Whether the system let it happen. */
function tried(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
