import { randomUUID } from 'node:crypto';
import { Outcome } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { Authorizer } from '@muster/rpc';
import type { Context } from './context.ts';
import { instanceRefs } from './decision-subjects.ts';
import type { Task } from './domain/task.ts';
import type { RunMaker } from './store/run-maker-store.ts';

/** With the command these are as many resources as iam-svc takes in one question. */
const MACHINES = 199;

/** What deciding again needs. */
export interface DecideAgainParts extends Pick<Context, 'db' | 'region'> {
  readonly authorizer: Authorizer;
  /** A credential of whoever made the run. Refusal: AuthFailure.TokenFailure when there is nobody any more. */
  readonly credentialOf: (maker: RunMaker) => Promise<string>;
}

/**
 * Asks whether whoever made a run may still start these tasks of it. Gives those that they may not start, by id, with why. Throws when
 * nobody could decide.
 */
export async function withdrawn(
  parts: DecideAgainParts,
  maker: RunMaker,
  tasks: readonly Task[],
): Promise<ReadonlyMap<string, string>> {
  const { action, command, peerAddress, requestTags } = maker.question;
  const found = new Map<string, string>();
  if (tasks.length === 0) return found;
  let credential: string;
  try {
    credential = await parts.credentialOf(maker);
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== 'unauthenticated') throw error;
    const why = 'whoever made the run, or the access key that it was made with, is gone or switched off';
    return new Map(tasks.map((task) => [task.invocationTaskId, why]));
  }
  for (let from = 0; from < tasks.length; from += MACHINES) {
    const batch = tasks.slice(from, from + MACHINES);
    const machines = await instanceRefs(
      parts,
      batch.map((task) => task.instanceId),
    );
    const context = { credential, peerAddress, requestId: randomUUID() };
    const resources = [command, ...machines];
    const { outcomes, decisionId } = await parts.authorizer.authorize({ context, action, resources, requestTags });
    const [ofCommand, ...ofMachines] = outcomes;
    for (const [index, { invocationTaskId }] of batch.entries()) {
      const denied = [ofCommand!, ofMachines[index]!].find(({ outcome }) => outcome !== Outcome.ALLOWED);
      if (denied)
        found.set(invocationTaskId, `${action} on ${denied.resource} is no longer allowed (decision ${decisionId})`);
    }
  }
  return found;
}
