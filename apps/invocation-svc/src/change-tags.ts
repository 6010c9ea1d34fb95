import type { Tag } from '@muster/command';
import { notFound, Refusal } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import { instanceRefs } from './decision-subjects.ts';
import { checkRegisterCodeIds } from './domain/register-code.ts';
import { checkInstanceIdsToTag } from './domain/targets.ts';
import type { MachineContext } from './machine-context.ts';
import { authorizeRegisterCodes } from './register-code-subjects.ts';
import { InstanceStore } from './store/instance-store.ts';
import { TagStore, type TagTableName } from './store/tag-store.ts';

type Parts = Pick<MachineContext, 'db' | 'write' | 'region'>;

/** The tags that a resource is to have. */
export type TagChange = (id: string, tags: readonly Tag[]) => readonly Tag[];

/**
 * Changes the tags of every machine that a call names, or of none. Decided on the machines as they are. Refusals: those of
 * `checkInstanceIdsToTag`, CamAuthFailed, ResourceNotFound.InstanceNotFound, and those of `change`.
 */
export async function changeInstanceTags(
  parts: Parts,
  call: Call,
  given: readonly string[],
  change: TagChange,
): Promise<void> {
  const ids = checkInstanceIdsToTag(given);
  const found = await new InstanceStore(parts.db).byIds(call.caller.accountUin, ids);
  const known = found.map(({ instanceId }) => instanceId);
  await call.authorize(await instanceRefs(parts, ids, known));
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) throw notFound('ResourceNotFound.InstanceNotFound', 'instance', unknown);
  await changeTags(parts, 'instance_tag', ids, change);
}

/** The same for register codes. Refusals: those of `checkRegisterCodeIds`, CamAuthFailed, ResourceNotFound.RegisterCodesNotFoundCode. */
export async function changeRegisterCodeTags(
  parts: Parts,
  call: Call,
  given: readonly string[],
  change: TagChange,
): Promise<void> {
  const ids = checkRegisterCodeIds(given);
  const known = await authorizeRegisterCodes(ids, { ...parts, call });
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) throw notFound('ResourceNotFound.RegisterCodesNotFoundCode', 'register code', unknown);
  await changeTags(parts, 'register_code_tag', ids, change);
}

/** Reads and writes in one transaction. Within it a refusal is given, not thrown: other work shares it. */
async function changeTags(
  { write }: Parts,
  table: TagTableName,
  ids: readonly string[],
  change: TagChange,
): Promise<void> {
  const refusal = await write(async ({ trx }) => {
    const store = new TagStore(trx, table);
    const changed = changedTags(ids, await store.of(ids), change);
    if (changed instanceof Refusal) return changed;
    for (const [id, tags] of changed) await store.replace(id, tags);
    return undefined;
  });
  if (refusal) throw refusal;
}

function changedTags(
  ids: readonly string[],
  current: (id: string) => readonly Tag[],
  change: TagChange,
): Map<string, readonly Tag[]> | Refusal {
  try {
    return new Map(ids.map((id) => [id, change(id, current(id))]));
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
