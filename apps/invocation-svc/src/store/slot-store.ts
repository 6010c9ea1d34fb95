import type { Page } from '@muster/command';
import type { ResourcePlan } from '@muster/kernel';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { InvocationStatus } from '../domain/invocation-status.ts';
import type { Slot, SlotOutcome, SlotRecord } from '../domain/slot.ts';
import type { Schema } from './schema.ts';
import type { InvokerSlotTable } from './tables/invoker-slot.ts';
import { invokerFilter } from './visible.ts';

/** Whose records; no ids means every invoker's that may be seen. */
export interface RecordSelection {
  readonly accountUin: string;
  readonly ids: readonly string[];
  readonly visible: ResourcePlan;
}

/** What happened to a slot. */
export interface SlotChange
  extends Pick<Slot, 'outcome' | 'invokedAt' | 'reason'>,
    Partial<Pick<Slot, 'invocationId' | 'dueAt'>> {}

/** Which slot. */
export type SlotKey = Pick<Slot, 'invokerId' | 'slot'>;

/** The slots of schedules that came. Given a transaction, everything happens in it. */
export class SlotStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Saves slots that came; one that somebody else saved before stays as it is. */
  async claim(slots: readonly Slot[]): Promise<void> {
    if (slots.length === 0) return;
    await this.#db
      .insertInto('invoker_slot')
      .values(slots.map(slotToRow))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async find({ invokerId, slot }: SlotKey): Promise<Slot | undefined> {
    const row = await this.#db
      .selectFrom('invoker_slot')
      .selectAll()
      .where('invoker_id', '=', invokerId)
      .where('slot', '=', slot)
      .executeTakeFirst();
    return row && slotFromRow(row);
  }

  async change({ invokerId, slot }: SlotKey, change: SlotChange): Promise<void> {
    await this.#db
      .updateTable('invoker_slot')
      .set({
        outcome: change.outcome,
        invoked_at: change.invokedAt,
        reason: change.reason,
        invocation_id: change.invocationId ?? null,
        due_at: change.dueAt ?? null,
      })
      .where('invoker_id', '=', invokerId)
      .where('slot', '=', slot)
      .execute();
  }

  /** Slots that are to be tried by now, the oldest first. */
  async due(now: number, most: number): Promise<Slot[]> {
    const rows = await this.#db
      .selectFrom('invoker_slot')
      .selectAll()
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .orderBy('slot')
      .limit(most)
      .execute();
    return rows.map(slotFromRow);
  }

  /** When the first of them is. */
  async nextMoment(): Promise<number | undefined> {
    const { next } = await this.#db
      .selectFrom('invoker_slot')
      .select((select) => select.fn.min('due_at').as('next'))
      .where('due_at', 'is not', null)
      .executeTakeFirstOrThrow();
    return next ?? undefined;
  }

  /** Has every slot of which nobody knows the end tried now: whoever had it may be gone, and its wait over. */
  async tryOpenOnes(now: number): Promise<void> {
    await this.#db.updateTable('invoker_slot').set({ due_at: now }).where('due_at', 'is not', null).execute();
    await this.#db.updateTable('invoker_slot').set({ due_at: now }).where('outcome', '=', QUEUED).execute();
  }

  /** Has the waiting slot of an invoker tried now; whether there was one. */
  async tryWaiting(invokerId: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('invoker_slot')
      .set({ due_at: now })
      .where('invoker_id', '=', invokerId)
      .where('outcome', '=', QUEUED)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Whether another slot of the invoker waits. */
  async otherWaits({ invokerId, slot }: SlotKey): Promise<boolean> {
    const row = await this.#db
      .selectFrom('invoker_slot')
      .select('slot')
      .where('invoker_id', '=', invokerId)
      .where('outcome', '=', QUEUED)
      .where('slot', '!=', slot)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** A run of the invoker that has not ended. */
  async runningOf(invokerId: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('invocation')
      .select('invocation_id')
      .where('invoker_id', '=', invokerId)
      .where('end_time', 'is', null)
      .executeTakeFirst();
    return row?.invocation_id;
  }

  /** Gives up what an invoker still had before it, for a reason. */
  async giveUp(invokerId: string, { now, reason }: { now: number; reason: string }): Promise<void> {
    const givenUp = { outcome: 'SKIPPED', invoked_at: now, reason, due_at: null };
    await this.#db
      .updateTable('invoker_slot')
      .set(givenUp)
      .where('invoker_id', '=', invokerId)
      .where('outcome', '=', QUEUED)
      .execute();
    // the plus has the few that are due looked through, not all that the invoker ever had
    await this.#db
      .updateTable('invoker_slot')
      .set(givenUp)
      .where('due_at', 'is not', null)
      .where(sql<boolean>`+invoker_id = ${invokerId}`)
      .execute();
  }

  /** A page of records, newest first, and how many there are in all. */
  async page(
    { accountUin, ids, visible }: RecordSelection,
    { limit, offset }: Page,
  ): Promise<{ total: number; records: SlotRecord[] }> {
    let query = this.#db
      .selectFrom('invoker_slot')
      .innerJoin('invoker', 'invoker.invoker_id', 'invoker_slot.invoker_id')
      .where('invoker_slot.account_uin', '=', accountUin)
      .where('invoker_slot.outcome', '!=', 'FIRING')
      .where(invokerFilter(visible));
    if (ids.length > 0) query = query.where('invoker_slot.invoker_id', 'in', ids);
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await query
      .leftJoin('invocation', 'invocation.invocation_id', 'invoker_slot.invocation_id')
      .selectAll('invoker_slot')
      .select('invocation.status')
      .orderBy('invoker_slot.invoked_at', 'desc')
      .orderBy('invoker_slot.slot', 'desc')
      .orderBy('invoker_slot.invoker_id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    const records = rows.map(({ status, ...row }) => ({
      ...slotFromRow(row),
      status: (status ?? undefined) as InvocationStatus | undefined,
    }));
    return { total, records };
  }
}

// in the text of the query: a bound value does not tell SQLite that the index of waiting slots serves
const QUEUED = sql.lit('QUEUED' satisfies SlotOutcome);

function slotToRow(slot: Slot): InvokerSlotTable {
  return {
    invoker_id: slot.invokerId,
    slot: slot.slot,
    account_uin: slot.accountUin,
    outcome: slot.outcome,
    invoked_at: slot.invokedAt,
    reason: slot.reason,
    invocation_id: slot.invocationId ?? null,
    due_at: slot.dueAt ?? null,
  };
}

function slotFromRow(row: Selectable<InvokerSlotTable>): Slot {
  return {
    invokerId: row.invoker_id,
    slot: row.slot,
    accountUin: row.account_uin,
    outcome: row.outcome as SlotOutcome,
    invokedAt: row.invoked_at,
    reason: row.reason,
    invocationId: row.invocation_id ?? undefined,
    dueAt: row.due_at ?? undefined,
  };
}
