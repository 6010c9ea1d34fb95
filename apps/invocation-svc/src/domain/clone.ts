/** What gives away that two machines speak with one identity (a copied data directory). */
export type CloneSign =
  /** A session came from another machine than the one before. */
  | 'MACHINE_CHANGED'
  /** An older session was heard beside the newest. */
  | 'OLD_SESSION_HEARD';

/** A clone that stays is told of again after this time, not with every word it says. */
export const CLONE_NOTICE_AGAIN_MS = 600_000;

/**
 * What a hello gives away. A machine keeps its id over reboots and restarts of the agent, whatever else changes; one that says none
 * cannot be told apart here, only by its old sessions.
 */
export function signInHello(before: { readonly machineId: string }, machineId: string): CloneSign | undefined {
  return before.machineId !== '' && machineId !== '' && before.machineId !== machineId ? 'MACHINE_CHANGED' : undefined;
}

/** What is known of a machine's newest session. */
export interface SessionWords {
  readonly epoch: bigint;
  readonly sessionOpenedAt?: number;
  readonly lastHeartbeatAt?: number;
}

/**
 * What a heartbeat gives away. One agent lets go of its old session before the first heartbeat of the new one, and what it says arrives in
 * order. So an old session that is still heard once the newest has been heard too is another agent: not one that restarted, nor one whose
 * answer to hello was lost.
 */
export function signInHeartbeat(newest: SessionWords, epoch: bigint): CloneSign | undefined {
  const { sessionOpenedAt = 0, lastHeartbeatAt = 0 } = newest;
  return epoch < newest.epoch && lastHeartbeatAt > sessionOpenedAt ? 'OLD_SESSION_HEARD' : undefined;
}

/** Whether a sign is worth telling of, at this moment. */
export function isNews(noticedAt: number | undefined, now: number): boolean {
  return noticedAt === undefined || now - noticedAt >= CLONE_NOTICE_AGAIN_MS;
}
