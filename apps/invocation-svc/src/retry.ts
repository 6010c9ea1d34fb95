import { notFound, Refusal } from '@muster/kernel';
import type { Authority } from './authority.ts';
import { commandRef } from './decision-subjects.ts';
import type { CommandTraits, Invocation } from './domain/invocation.ts';
import { isFinished } from './domain/invocation-status.ts';
import type { OfflineRule } from './domain/offline-policy.ts';
import { checkRetried, endedAs, requireEnded } from './domain/retry.ts';
import { admitTargets, checkRelated } from './domain/targets.ts';
import type { TaskStatus } from './domain/task-status.ts';
import { findTargets } from './find-targets.ts';
import { type InvokeContext, lookUp, traitsOf } from './invoke.ts';
import { type Around, type MadeRun, makeRun } from './make-run.ts';
import { openScript } from './sealed-script.ts';
import { RunReader } from './store/run-reader.ts';

/** Which part of which run to repeat. */
export interface RetryOrder {
  readonly invocationId: string;
  /** Only these machines; all that fit when empty. */
  readonly named: readonly string[];
  /** Only where it ended so. */
  readonly statuses: readonly TaskStatus[];
  readonly offline: OfflineRule;
  readonly around: Around;
}

/** Runs the stored snapshot of a run again where it did not succeed. Refusals: those of the RPC's comment and of the decision. */
export async function retry(context: InvokeContext, authority: Authority, order: RetryOrder): Promise<MadeRun> {
  const { caller } = authority;
  const { invocationId, named, statuses, offline, around } = order;
  const runs = new RunReader(context.db);
  const parent = await runs.invocation(caller.accountUin, invocationId);
  if (!parent) throw notFound('ResourceNotFound.InvocationNotFound', 'invocation', invocationId);
  const places = await runs.placesOf(invocationId);
  checkRelated(
    invocationId,
    named,
    places.map(({ instanceId }) => instanceId),
  );
  const machines = named.length > 0 ? named : endedAs(statuses, places);

  const { subject, ...traits } = await decidedCommand(context, runs, parent);
  const command = commandRef(context.region, { subject, ...traits });
  const decidedAt = context.clock.now();
  const found = await findTargets(context, authority, {
    command,
    machines,
    ...(parent.commandSaved ? {} : { action: 'tat:RunCommand' }),
  });
  const made = await around.before?.();
  if (made) return made;

  requireEnded(invocationId, isFinished(parent.status));
  checkRetried(invocationId, places, { machines, statuses });
  const sealed = (await runs.sealedScripts([invocationId])).get(invocationId);
  if (!sealed) throw new Error(`run ${invocationId} has no script`);
  await context.objectStorage.requireBucket(parent.document.outputCosBucketUrl);
  const { commandId, commandVersion, commandSaved, commandCreatedBy, commandName, description } = parent;
  return makeRun(context, {
    ...{ authority, decidedAt },
    command: { commandId, commandVersion, commandSaved, commandCreatedBy, commandName, description },
    traits,
    document: { ...parent.document, script: openScript(context.vault, invocationId, sealed) },
    admitted: admitTargets(found, parent.document.commandType, offline),
    parentInvocationId: invocationId,
    ...{ offline, around, source: 'USER' },
  });
}

/** A stored command is decided on as it is today; one that is gone, or was never stored, as it was when it ran. */
async function decidedCommand(
  { library }: InvokeContext,
  runs: RunReader,
  { accountUin, commandId, commandSaved, invocationId }: Invocation,
): Promise<CommandTraits & { subject: string }> {
  const was = (await runs.commandsOf([invocationId])).get(invocationId);
  if (!was) throw new Error(`run ${invocationId} has no command`);
  if (!commandSaved) return was;
  const stored = await lookUp(library, { accountUin, commandId, version: 0 });
  return stored instanceof Refusal ? was : { subject: commandId, ...traitsOf(stored) };
}
