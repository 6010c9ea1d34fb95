/** One process, as the system lists it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Whether it is in the task's control group or carries the task's mark in its environment. */
  readonly marked: boolean;
}

/**
 * The processes of a task: those with its mark, everything in their sessions, and every descendant of these. `sessions` are those
 * seen earlier: a leader may be gone while its session lives. Without control groups, what drops the mark, the session and its parents at
 * once escapes.
 */
export function treeOf(
  processes: readonly ProcessInfo[],
  sessions: ReadonlySet<number>,
): { pids: Set<number>; sessions: Set<number> } {
  const known = new Set(sessions);
  for (const { marked, session } of processes) if (marked) known.add(session);
  const pids = new Set<number>();
  for (const { pid, marked, session } of processes) if (marked || known.has(session)) pids.add(pid);
  for (let grown = -1; grown !== pids.size; ) {
    grown = pids.size;
    for (const { pid, parent } of processes) if (pids.has(parent)) pids.add(pid);
  }
  return { pids, sessions: known };
}
