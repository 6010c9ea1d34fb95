import type { Logger } from '@muster/telemetry';
import type { ControlGroups } from '../supervisor/control-groups.ts';
import { killTree } from '../supervisor/kill-tree.ts';
import { listMarks } from '../supervisor/process-list.ts';

/** Whose sessions they are. */
export interface LeftoversOptions {
  readonly instanceId: string;
  readonly groups: ControlGroups;
  readonly logger: Logger;
}

/**
 * Kills what is left of the sessions with these ids. With a terminal host that is killed the kernel hangs up its shells: this is for
 * what ignored that. Which there are is known when the call returns; the promise is about their end.
 */
export async function killLeftovers(
  sessionIds: Iterable<string>,
  { instanceId, groups, logger }: LeftoversOptions,
): Promise<void> {
  const marks = listMarks();
  const left = [...sessionIds]
    .map((sessionId) => ({ instanceId, invocationTaskId: sessionId }))
    .filter((member) => marks.has(member.invocationTaskId) || groups.members(member).size > 0);
  await Promise.all(
    left.map(async (member) => {
      const survivors = await killTree(member, { groups, exited: () => true });
      groups.remove(member);
      const sessionId = member.invocationTaskId;
      logger.warn({ sessionId, survivors }, 'killed what was left of a session');
    }),
  );
}
