import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { Tag } from '@muster/command';
import { notFound } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import { checkInvokerIdsToTag } from './domain/invoker.ts';
import { checkRegisterCodeIds } from './domain/register-code.ts';
import { checkInstanceIdsToTag } from './domain/targets.ts';
import { authorizeInstances } from './instance-subjects.ts';
import { authorizeInvokers, requireInvoker } from './invoker-subjects.ts';
import type { MachineContext } from './machine-context.ts';
import { authorizeRegisterCodes, requireRegisterCodes } from './register-code-subjects.ts';
import { InstanceStore } from './store/instance-store.ts';
import { TagStore } from './store/tag-store.ts';
import { writeOnce } from './write-once.ts';

type Parts = Pick<MachineContext, 'db' | 'write' | 'clock' | 'vault' | 'region'>;

/** The tags that a resource is to have. */
export type TagChange = (id: string, tags: readonly Tag[]) => readonly Tag[];

/** A call that changes tags, and answers with nothing. */
interface TagCall<I extends DescMessage, O extends DescMessage, R> {
  readonly input: I;
  readonly request: MessageShape<I> & { readonly clientToken: string } & R;
  readonly output: O;
}

/**
 * Changes the tags of every machine that a call names, or of none. Decided on the machines as they are. Refusals: those of
 * `checkInstanceIdsToTag`, of `once` and of `change`, CamAuthFailed, ResourceNotFound.InstanceNotFound.
 */
export async function changeInstanceTags<I extends DescMessage, O extends DescMessage>(
  parts: Parts,
  call: Call,
  asked: TagCall<I, O, { readonly instanceIds: readonly string[] }>,
  change: TagChange,
): Promise<MessageInitShape<O>> {
  const ids = checkInstanceIdsToTag(asked.request.instanceIds);
  await authorizeInstances(ids, { ...parts, call });
  const { caller } = call;
  return writeOnce(parts, { caller, ...asked }, async ({ trx }) => {
    const found = await new InstanceStore(trx).byIds(caller.accountUin, ids);
    const known = new Set(found.map(({ instanceId }) => instanceId));
    const unknown = ids.find((id) => !known.has(id));
    if (unknown !== undefined) throw notFound('ResourceNotFound.InstanceNotFound', 'instance', unknown);
    await changeTags(new TagStore(trx, 'instance_tag'), ids, change);
    return {} as MessageInitShape<O>;
  });
}

/** The same for register codes. Refusals: also those of `checkRegisterCodeIds`, ResourceNotFound.RegisterCodesNotFoundCode. */
export async function changeRegisterCodeTags<I extends DescMessage, O extends DescMessage>(
  parts: Parts,
  call: Call,
  asked: TagCall<I, O, { readonly registerCodeIds: readonly string[] }>,
  change: TagChange,
): Promise<MessageInitShape<O>> {
  const ids = checkRegisterCodeIds(asked.request.registerCodeIds);
  await authorizeRegisterCodes(ids, { ...parts, call });
  return writeOnce(parts, { caller: call.caller, ...asked }, async ({ trx }) => {
    await requireRegisterCodes(trx, call.caller.accountUin, ids);
    await changeTags(new TagStore(trx, 'register_code_tag'), ids, change);
    return {} as MessageInitShape<O>;
  });
}

/** The same for invokers. Refusals: also those of `checkInvokerIdsToTag`, ResourceNotFound. */
export async function changeInvokerTags<I extends DescMessage, O extends DescMessage>(
  parts: Parts,
  call: Call,
  asked: TagCall<I, O, { readonly invokerIds: readonly string[] }>,
  change: TagChange,
): Promise<MessageInitShape<O>> {
  const ids = checkInvokerIdsToTag(asked.request.invokerIds);
  await authorizeInvokers(ids, { ...parts, call });
  return writeOnce(parts, { caller: call.caller, ...asked }, async ({ trx }) => {
    for (const id of ids) await requireInvoker(trx, call.caller.accountUin, id);
    await changeTags(new TagStore(trx, 'invoker_tag'), ids, change);
    return {} as MessageInitShape<O>;
  });
}

async function changeTags(store: TagStore, ids: readonly string[], change: TagChange): Promise<void> {
  const current = await store.of(ids);
  for (const id of ids) await store.replace(id, change(id, current(id)));
}
