import { createHmac } from 'node:crypto';
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { invalid, Refusal } from '@muster/kernel';
import type { Vault } from '@muster/vault';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Migration } from 'kysely/migration';

const CLIENT_TOKEN_MAX_CHARACTERS = 64;

/** A write that was done under a client token, and what it answered. */
export interface ClientTokenTable {
  account_uin: string;
  /** Whose token it is: nobody gets another's answer. */
  uin: string;
  /** The request's message type. */
  request_type: string;
  token: string;
  /** Of the request: the token stands for this one only. Made with the vault, so that it tells nothing of hidden values. */
  request_hash: Uint8Array;
  /** The answer, sealed: it may hold a secret that is shown once. */
  answer: Uint8Array;
  /** Epoch milliseconds. */
  created_at: number;
}

/** A store that remembers client tokens. */
export interface WithClientTokens {
  client_token: ClientTokenTable;
}

/** The migration that makes the table. */
export const clientTokenMigration: Migration = {
  async up(db) {
    await db.schema
      .createTable('client_token')
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('uin', 'text', (column) => column.notNull())
      .addColumn('request_type', 'text', (column) => column.notNull())
      .addColumn('token', 'text', (column) => column.notNull())
      .addColumn('request_hash', sql`blob`, (column) => column.notNull())
      .addColumn('answer', sql`blob`, (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('client_token_key', ['account_uin', 'uin', 'request_type', 'token'])
      .execute();
    await db.schema.createIndex('client_token_age').on('client_token').column('created_at').execute();
  },
};

/** Whose write it is, and what answers are sealed with. */
export interface Repetition {
  readonly accountUin: string;
  readonly uin: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly vault: Vault;
}

/** A request that may carry a client token, and the message that answers it. */
export interface TokenedRequest<I extends DescMessage, O extends DescMessage> {
  readonly input: I;
  readonly request: MessageShape<I> & { readonly clientToken: string };
  readonly output: O;
}

/**
 * What this request was answered before under its client token; undefined without a token, or when it is new. For calls whose checks
 * would refuse a repetition although nothing is to be done any more; to be asked after the call was decided. Refusals: those of `once`.
 */
export async function answeredBefore<T extends WithClientTokens, I extends DescMessage, O extends DescMessage>(
  store: Kysely<T>,
  { accountUin, uin, vault }: Pick<Repetition, 'accountUin' | 'uin' | 'vault'>,
  { input, request, output }: TokenedRequest<I, O>,
): Promise<MessageShape<O> | undefined> {
  if (request.clientToken === '') return undefined;
  const { key, sealedFor, hash } = identify({ accountUin, uin, vault }, input, request);
  const known = await (store as unknown as Kysely<WithClientTokens>)
    .selectFrom('client_token')
    .select(['request_hash', 'answer'])
    .where((where) => where.and(key))
    .executeTakeFirst();
  if (!known) return undefined;
  if (hash.equals(known.request_hash)) return fromBinary(output, vault.open(known.answer, sealedFor));
  throw new Refusal(
    'conflict',
    'InvalidParameterValue',
    'ClientToken must be new for a new request, this one stood for a different request before',
    { field: 'ClientToken' },
  );
}

/**
 * Does `work` once for a request that carries a client token: the same token with the same request again gives the first answer and
 * does nothing. To be called inside the transaction that does the work, after the call was decided, so that both are committed or neither
 * is. A request without a token is always done. Refusals: InvalidParameterValue.TooLong over 64 characters, InvalidParameterValue for a token
 * that stood for another request.
 */
export async function once<T extends WithClientTokens, I extends DescMessage, O extends DescMessage>(
  transaction: Transaction<T>,
  { now, ...repetition }: Repetition,
  tokened: TokenedRequest<I, O>,
  work: () => Promise<MessageInitShape<O>>,
): Promise<MessageInitShape<O>> {
  const { input, request, output } = tokened;
  if (request.clientToken === '') return work();
  const known = await answeredBefore(transaction, repetition, tokened);
  if (known) return known as MessageInitShape<O>;
  const answer = await work();
  const { key, sealedFor, hash } = identify(repetition, input, request);
  const sealed = repetition.vault.seal(toBinary(output, create(output, answer)), sealedFor);
  await (transaction as unknown as Transaction<WithClientTokens>)
    .insertInto('client_token')
    .values({ ...key, request_hash: hash, answer: sealed, created_at: now })
    .execute();
  return answer;
}

/** The row of a token, what its answer is sealed for, and what tells one request from another. */
function identify<I extends DescMessage>(
  { accountUin, uin, vault }: Pick<Repetition, 'accountUin' | 'uin' | 'vault'>,
  input: I,
  request: MessageShape<I> & { readonly clientToken: string },
) {
  const token = checkClientToken(request.clientToken);
  const key = { account_uin: accountUin, uin, request_type: input.typeName, token };
  const hash = createHmac('sha256', vault.derive('client-token')).update(toBinary(input, request)).digest();
  return { key, sealedFor: `client-token:${Object.values(key).join('\n')}`, hash };
}

/** At most 64 characters. Refusal: InvalidParameterValue.TooLong. */
export function checkClientToken(given: string): string {
  if (given.length <= CLIENT_TOKEN_MAX_CHARACTERS) return given;
  throw invalid(
    'InvalidParameterValue.TooLong',
    'ClientToken',
    `must be at most ${CLIENT_TOKEN_MAX_CHARACTERS} characters, was ${given.length}`,
  );
}

/** How long a token is remembered, milliseconds. */
export const CLIENT_TOKEN_LIFE_MS = 86_400_000;

/** Forgets tokens whose day is over. */
export async function forgetClientTokens<T extends WithClientTokens>(db: Kysely<T>, now: number): Promise<void> {
  await (db as unknown as Kysely<WithClientTokens>)
    .deleteFrom('client_token')
    .where('created_at', '<', now - CLIENT_TOKEN_LIFE_MS)
    .execute();
}
