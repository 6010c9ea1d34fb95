/** A mounted hierarchy of control groups. */
export interface Hierarchy {
  readonly path: string;
  readonly version: 1 | 2;
  /** Names of what it controls, such as `pids`; none are listed for version 2, where its root says so. */
  readonly controllers: readonly string[];
}

/** The hierarchies in /proc/mounts. What is mounted where a colon or a blank is in the name cannot be used and is left out. */
export function hierarchiesIn(mounts: string): Hierarchy[] {
  return mounts.split('\n').flatMap((line): Hierarchy[] => {
    const [, path = '', type, options = ''] = line.split(' ');
    if (/[:\\]/.test(path) || !options.split(',').includes('rw')) return [];
    if (type === 'cgroup2') return [{ path, version: 2, controllers: [] }];
    return type === 'cgroup' ? [{ path, version: 1, controllers: options.split(',') }] : [];
  });
}

/** How often memory ran out in a group: from memory.events (version 2) or memory.oom_control (version 1). */
export function killsForMemory(text: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}
