import { type Filter, type Page, wantedTag } from '@muster/command';
import { hasTag } from '@muster/db';
import type { ResourcePlan } from '@muster/kernel';
import type { ExpressionBuilder, Kysely } from 'kysely';
import type { Invoker } from '../domain/invoker.ts';
import { invokerFromRow, invokerState, invokerToRow } from './invoker-row.ts';
import type { Schema } from './schema.ts';
import { invokerFilter } from './visible.ts';

/** Which invokers of an account; no ids and no filters means all. */
export interface InvokerSelection {
  readonly accountUin: string;
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
  /** Those that may be seen. */
  readonly visible: ResourcePlan;
}

/** An invoker as decisions know it. */
export interface KnownInvoker {
  readonly invokerId: string;
  readonly createdUin: string;
}

/** Invokers. Given a transaction, everything happens in it. */
export class InvokerStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** An account's invoker that is not deleted. */
  async find(accountUin: string, invokerId: string): Promise<Invoker | undefined> {
    const row = await this.#there(accountUin).selectAll().where('invoker_id', '=', invokerId).executeTakeFirst();
    return row && invokerFromRow(row);
  }

  /** An invoker that is not deleted, whoever has it: for the scheduler. */
  async byId(invokerId: string): Promise<Invoker | undefined> {
    const row = await this.#db
      .selectFrom('invoker')
      .selectAll()
      .where('invoker_id', '=', invokerId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row && invokerFromRow(row);
  }

  /** Those of these ids that are, or were, invokers of the account. */
  async known(accountUin: string, ids: readonly string[]): Promise<KnownInvoker[]> {
    return this.#db
      .selectFrom('invoker')
      .select(['invoker_id as invokerId', 'created_uin as createdUin'])
      .where('account_uin', '=', accountUin)
      .where('invoker_id', 'in', ids)
      .execute();
  }

  /** A page of the selected invokers, newest first, and how many there are in all. */
  async page(
    { accountUin, ids, filters, visible }: InvokerSelection,
    { limit, offset }: Page,
  ): Promise<{ total: number; invokers: Invoker[] }> {
    let query = this.#there(accountUin).where(invokerFilter(visible));
    if (ids.length > 0) query = query.where('invoker_id', 'in', ids);
    for (const filter of filters) query = query.where((where) => filterCondition(where, filter));
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await query
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('invoker_id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return { total, invokers: rows.map(invokerFromRow) };
  }

  async insert(invoker: Invoker): Promise<void> {
    await this.#db.insertInto('invoker').values(invokerToRow(invoker)).execute();
  }

  /** Puts a change in the place of what is stored. */
  async update(invoker: Invoker): Promise<void> {
    await this.#db
      .updateTable('invoker')
      .set(invokerState(invoker))
      .where('invoker_id', '=', invoker.invokerId)
      .execute();
  }

  /** Deletes an invoker but for what its records are decided by, and for the delegation that is to be ended. */
  async remove(invokerId: string, now: number): Promise<void> {
    await this.#db
      .updateTable('invoker')
      .set({ enabled: 0, next_at: null, parameters: '', sealed_parameters: null, deleted_at: now })
      .where('invoker_id', '=', invokerId)
      .execute();
  }

  /** Invokers of which a slot has come by now, the most overdue first. */
  async due(now: number, most: number): Promise<Invoker[]> {
    const rows = await this.#db
      .selectFrom('invoker')
      .selectAll()
      .where('next_at', '<=', now)
      .orderBy('next_at')
      .limit(most)
      .execute();
    return rows.map(invokerFromRow);
  }

  /** The earliest slot of all. */
  async nextMoment(): Promise<number | undefined> {
    const { next } = await this.#db
      .selectFrom('invoker')
      .select((select) => select.fn.min('next_at').as('next'))
      .where('next_at', 'is not', null)
      .executeTakeFirstOrThrow();
    return next ?? undefined;
  }

  /** Moves on to the next slot; without one the invoker is over. */
  async planned(invokerId: string, nextAt: number | undefined): Promise<void> {
    await this.#db
      .updateTable('invoker')
      .set({ next_at: nextAt ?? null, ...(nextAt === undefined ? { enabled: 0 } : {}) })
      .where('invoker_id', '=', invokerId)
      .execute();
  }

  /** Delegations of deleted invokers that iam-svc still has. */
  async delegationsToEnd(most: number): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('invoker')
      .select('delegation_id')
      .where('deleted_at', 'is not', null)
      .where('delegation_id', 'is not', null)
      .limit(most)
      .execute();
    return rows.flatMap(({ delegation_id: id }) => (id === null ? [] : [id]));
  }

  async delegationEnded(delegationId: string): Promise<void> {
    await this.#db
      .updateTable('invoker')
      .set({ delegation_id: null })
      .where('delegation_id', '=', delegationId)
      .where('deleted_at', 'is not', null)
      .execute();
  }

  #there(accountUin: string) {
    return this.#db.selectFrom('invoker').where('account_uin', '=', accountUin).where('deleted_at', 'is', null);
  }
}

const TAGS = { table: 'invoker_tag', owner: 'resource_id', of: 'invoker.invoker_id' };

/** One checked filter of DescribeInvokers; every invoker is of the one type that there is. */
function filterCondition(where: ExpressionBuilder<Schema, 'invoker'>, filter: Filter) {
  const { name, values } = filter;
  switch (name) {
    case 'invoker-id':
      return where('invoker_id', 'in', values);
    case 'command-id':
      return where('command_id', 'in', values);
    case 'invoker-type':
    case 'type':
      return where.lit(true);
    default:
      return hasTag(TAGS, wantedTag(filter));
  }
}
