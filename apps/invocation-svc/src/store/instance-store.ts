import type { Filter, Page } from '@muster/command';
import type { Kysely } from 'kysely';
import type { Guard } from '../domain/guard.ts';
import { instanceCondition } from './instance-filters.ts';
import { type InstanceRecord, instanceFromRow, instanceToRow } from './instance-row.ts';
import type { Schema } from './schema.ts';
import { type InstancePlans, instanceFilter } from './visible.ts';

export type { InstanceRecord } from './instance-row.ts';

/** Which machines of an account; no ids and no filters means all. */
export interface InstanceSelection {
  readonly accountUin: string;
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
  /** Those that may be seen. */
  readonly visible: InstancePlans;
}

/** What a machine says when it opens a session. */
export interface SessionOpening extends Guard {
  readonly instanceId: string;
  /** The NATS account that the server saw it in. */
  readonly tenant: string;
  readonly agentVersion: string;
  readonly systemName: string;
  readonly hostName: string;
  readonly localIp: string;
  readonly bootId: string;
  readonly journalId: string;
  /** Empty when it has none. */
  readonly machineId: string;
  readonly supportFeatures: readonly string[];
  /** The keys whose signature on a task it accepts; empty when it does not say. */
  readonly signingKeyIds: readonly string[];
}

/** Machines. Given a transaction, everything happens in it. */
export class InstanceStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Those of these machines that the account has, in no particular order. */
  async byIds(accountUin: string, ids: readonly string[]): Promise<InstanceRecord[]> {
    if (ids.length === 0) return [];
    const rows = await this.#db
      .selectFrom('instance')
      .selectAll()
      .where('account_uin', '=', accountUin)
      .where('instance_id', 'in', ids)
      .execute();
    return rows.map(instanceFromRow);
  }

  /** A machine of whatever account; for doors that learnt the id from the machine itself or from a row of theirs. */
  async byId(instanceId: string): Promise<InstanceRecord | undefined> {
    const row = await this.#db
      .selectFrom('instance')
      .selectAll()
      .where('instance_id', '=', instanceId)
      .executeTakeFirst();
    return row && instanceFromRow(row);
  }

  /** The machine that has this nkey. */
  async byPublicKey(publicKey: string): Promise<InstanceRecord | undefined> {
    const row = await this.#db
      .selectFrom('instance')
      .selectAll()
      .where('public_key', '=', publicKey)
      .executeTakeFirst();
    return row && instanceFromRow(row);
  }

  /** A page of the selected machines, newest first, and how many there are in all. */
  async page(
    { accountUin, ids, filters, visible }: InstanceSelection,
    { limit, offset }: Page,
  ): Promise<{ total: number; instances: InstanceRecord[] }> {
    let query = this.#db
      .selectFrom('instance')
      .where('account_uin', '=', accountUin)
      .where(instanceFilter(visible, 'instance.instance_id'));
    if (ids.length > 0) query = query.where('instance_id', 'in', ids);
    for (const filter of filters) query = query.where((where) => instanceCondition(where, filter));
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await query
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('instance_id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return { total, instances: rows.map(instanceFromRow) };
  }

  /** Saves a new machine. */
  async insert(instance: InstanceRecord): Promise<void> {
    await this.#db.insertInto('instance').values(instanceToRow(instance)).execute();
  }

  /**
   * Raises the machine's epoch by one, keeps what it says of itself and marks it online. Gives the machine as it was before;
   * undefined when no such machine lives in that NATS account. Only inside a transaction.
   */
  async openSession(opening: SessionOpening, now: number): Promise<InstanceRecord | undefined> {
    const before = await this.byId(opening.instanceId);
    if (before?.tenant !== opening.tenant) return undefined;
    await this.#db
      .updateTable('instance')
      .set({
        agent_version: opening.agentVersion,
        system_name: opening.systemName,
        host_name: opening.hostName,
        local_ip: opening.localIp,
        boot_id: opening.bootId,
        journal_id: opening.journalId,
        // one that says nothing may have spoken before, through an older agent
        machine_id: opening.machineId || before.machineId,
        support_features: JSON.stringify(opening.supportFeatures),
        refusals: JSON.stringify(opening.refusals),
        host_veto: opening.hostVeto,
        signing_key_ids: JSON.stringify(opening.signingKeyIds),
        epoch: Number(before.epoch) + 1,
        online: 1,
        session_opened_at: now,
        last_heartbeat_at: now,
        updated_at: now,
      })
      .where('instance_id', '=', opening.instanceId)
      .execute();
    return before;
  }

  /** Notes that the machine was heard, and so is online. */
  async heard(instanceId: string, now: number): Promise<void> {
    await this.#db
      .updateTable('instance')
      .set({ online: 1, last_heartbeat_at: now })
      .where('instance_id', '=', instanceId)
      .execute();
  }

  /** Keeps what the machine refuses. */
  async setGuard(instanceId: string, { refusals, hostVeto }: Guard): Promise<void> {
    await this.#db
      .updateTable('instance')
      .set({ refusals: JSON.stringify(refusals), host_veto: hostVeto })
      .where('instance_id', '=', instanceId)
      .execute();
  }

  /** Marks the machine offline unless it is so already or has opened another session; true when that changed something. */
  async lost({ instanceId, epoch }: { instanceId: string; epoch: bigint }): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('instance')
      .set({ online: 0 })
      .where('instance_id', '=', instanceId)
      .where('epoch', '=', Number(epoch))
      .where('online', '=', 1)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Notes that two machines speak as this one. */
  async noteClone(instanceId: string, now: number): Promise<void> {
    await this.#db
      .updateTable('instance')
      .set({ clone_noticed_at: now, updated_at: now })
      .where('instance_id', '=', instanceId)
      .execute();
  }

  /** Gives the machine another name. */
  async rename(instanceId: string, name: string, now: number): Promise<void> {
    await this.#db
      .updateTable('instance')
      .set({ name, updated_at: now })
      .where('instance_id', '=', instanceId)
      .execute();
  }

  /** Removes the machine with its tags; its runs stay. */
  async remove(instanceId: string): Promise<void> {
    await this.#db.deleteFrom('instance').where('instance_id', '=', instanceId).execute();
  }

  /** Machines that count as online and were last heard before this instant (epoch milliseconds). */
  async silentSince(instant: number): Promise<InstanceRecord[]> {
    const rows = await this.#db
      .selectFrom('instance')
      .selectAll()
      .where('online', '=', 1)
      .where('last_heartbeat_at', '<', instant)
      .execute();
    return rows.map(instanceFromRow);
  }
}
