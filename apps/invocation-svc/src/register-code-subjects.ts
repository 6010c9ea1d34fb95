import { ResourceType } from '@muster/contract';
import { notFound } from '@muster/kernel';
import { type Call, resourceName } from '@muster/rpc';
import type { Kysely } from 'kysely';
import { taggedRef } from './decision-subjects.ts';
import { RegisterCodeStore } from './store/register-code-store.ts';
import type { Schema } from './store/schema.ts';
import { TagStore } from './store/tag-store.ts';

/**
 * Decides a call on the register codes that it names, as they are; one that the account does not have is decided without tags. Refusal:
 * CamAuthFailed.
 */
export async function authorizeRegisterCodes(
  ids: readonly string[],
  { call, db, region }: { readonly call: Call; readonly db: Kysely<Schema>; readonly region: string },
): Promise<void> {
  const known = await new RegisterCodeStore(db).known(call.caller.accountUin, ids);
  const tags = await new TagStore(db, 'register_code_tag').of(known);
  await call.authorize(ids.map((id) => taggedRef(resourceName(ResourceType.REGISTER_CODE, region, id), tags(id))));
}

/** Refusal: ResourceNotFound.RegisterCodesNotFoundCode for the first that the account does not have. */
export async function requireRegisterCodes(
  db: Kysely<Schema>,
  accountUin: string,
  ids: readonly string[],
): Promise<void> {
  const known = new Set(await new RegisterCodeStore(db).known(accountUin, ids));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) throw notFound('ResourceNotFound.RegisterCodesNotFoundCode', 'register code', unknown);
}
