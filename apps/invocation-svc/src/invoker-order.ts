import type { Command } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import type { Vault } from '@muster/vault';
import { authorityOf } from './authority-of.ts';
import type { Invoker, InvokerOrder } from './domain/invoker.ts';
import type { OfflinePolicy } from './domain/offline-policy.ts';
import { type InvokeOrder, invoke } from './invoke.ts';
import type { InvokerContext } from './invoker-context.ts';
import { openParameters } from './sealed-parameters.ts';
import { TargetStore } from './store/target-store.ts';

/** As whom invokers run. */
export const INVOKE_ACTION = 'tat:InvokeCommand';

/** What an invoker runs, with the values of its parameters. */
export function orderOf(vault: Vault, invoker: Invoker): InvokerOrder {
  const { invokerId, sealedParameters: sealed } = invoker;
  return { ...invoker, parameters: sealed ? openParameters(vault, invokerId, sealed) : '' };
}

/**
 * That as a run is made. Absent machines end DELIVER_FAILED at the delivery deadline unless the invoker says otherwise (spec section 9:
 * it starts anyway).
 */
export function invokeOrder(
  { rules }: Pick<InvokerContext, 'rules'>,
  order: InvokerOrder,
  invokerId: string,
): InvokeOrder {
  const { commandId, commandVersion, instanceIds, selector, parameters, username, offlinePolicy } = order;
  return {
    ...{ commandId, commandVersion, instanceIds, selector, parameters, username },
    offlinePolicy: offlinePolicy ?? 'RUN_ON_RETURN',
    offlineExpiry: offlinePolicy === undefined ? Math.ceil(rules.deadlineMs / 1_000) : undefined,
    ...{ workingDirectory: '', outputCosBucketUrl: '', outputCosKeyPrefix: '' },
    ...{ dryRun: false, source: 'INVOKER', invokerId },
  };
}

/**
 * Checks and decides for the caller what an invoker is to run, as if it ran now: a schedule is no way around a denial (CAM section 12.2).
 * `stored` is the command, or the refusal that there is none; gives the command. Refusals: those of InvokeCommand.
 */
export async function tryOrder(
  context: InvokerContext,
  call: Pick<Call, 'credential' | 'peerAddress' | 'requestId'>,
  { order, stored, offlinePolicy }: { order: InvokerOrder; stored: Command | Refusal; offlinePolicy: OfflinePolicy },
): Promise<Command> {
  const { credential, peerAddress, requestId } = call;
  const authority = await authorityOf(context.authorizer, { credential, peerAddress, requestId }, INVOKE_ACTION);
  const resolve = async () => {
    if (stored instanceof Refusal) throw stored;
    return stored;
  };
  await invoke({ ...context, library: { ...context.library, resolve } }, authority, {
    ...invokeOrder(context, { ...order, offlinePolicy }, ''),
    dryRun: true,
  });
  return resolve();
}

/** Passes when every machine that an order names has an agent. Refusal: ResourceUnavailable.AgentNotInstalled. */
export async function requireAgents(
  { db }: Pick<InvokerContext, 'db'>,
  accountUin: string,
  { instanceIds }: Pick<InvokerOrder, 'instanceIds'>,
): Promise<void> {
  if (instanceIds.length === 0) return;
  const found = await new TargetStore(db).byIds(accountUin, instanceIds);
  const missing = found.find(({ installed }) => !installed);
  if (!missing) return;
  throw new Refusal(
    'conflict',
    'ResourceUnavailable.AgentNotInstalled',
    `machines must have an agent, that of \`${missing.instanceId}\` has never been heard`,
    { field: 'InstanceIds' },
  );
}
