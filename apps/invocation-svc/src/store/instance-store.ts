import { type Filter, type Page, TAG_FILTER_PREFIX } from '@muster/command';
import type { InstanceKind } from '@muster/kernel';
import type { ExpressionBuilder, Insertable, Kysely, Selectable } from 'kysely';
import type { Schema } from './schema.ts';
import { type InstancePlans, instanceFilter } from './visible.ts';

/** A machine as the service knows it. */
export interface InstanceRecord {
  readonly instanceId: string;
  readonly accountUin: string;
  /** Public key of the account's NATS account. */
  readonly tenant: string;
  readonly name: string;
  readonly kind: InstanceKind;
  /** The machine's public nkey. */
  readonly publicKey: string;
  readonly registerCodeId: string;
  readonly hostName: string;
  readonly localIp: string;
  /** `Linux`, `Windows` or `Darwin`. */
  readonly systemName: string;
  readonly agentVersion: string;
  readonly machineId: string;
  readonly supportFeatures: string[];
  /** The newest session's number; 0 before the first. */
  readonly epoch: bigint;
  /** Empty before the first session. */
  readonly bootId: string;
  /** Empty before the first session. */
  readonly journalId: string;
  readonly online: boolean;
  /** Epoch milliseconds. */
  readonly lastHeartbeatAt?: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
}

/** Which machines of an account; no ids and no filters means all. */
export interface InstanceSelection {
  readonly accountUin: string;
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
  /** Those that may be seen. */
  readonly visible: InstancePlans;
}

/** What a machine says when it opens a session. */
export interface SessionOpening {
  readonly instanceId: string;
  /** The NATS account that the server saw it in. */
  readonly tenant: string;
  readonly agentVersion: string;
  readonly systemName: string;
  readonly hostName: string;
  readonly localIp: string;
  readonly bootId: string;
  readonly journalId: string;
  readonly supportFeatures: readonly string[];
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
    return rows.map(fromRow);
  }

  /** A machine of whatever account; for doors that learnt the id from the machine itself or from a row of theirs. */
  async byId(instanceId: string): Promise<InstanceRecord | undefined> {
    const row = await this.#db
      .selectFrom('instance')
      .selectAll()
      .where('instance_id', '=', instanceId)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** The machine that has this nkey. */
  async byPublicKey(publicKey: string): Promise<InstanceRecord | undefined> {
    const row = await this.#db
      .selectFrom('instance')
      .selectAll()
      .where('public_key', '=', publicKey)
      .executeTakeFirst();
    return row && fromRow(row);
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
    for (const filter of filters) query = query.where((where) => condition(where, filter));
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
    return { total, instances: rows.map(fromRow) };
  }

  /** Saves a new machine. */
  async insert(instance: InstanceRecord): Promise<void> {
    await this.#db.insertInto('instance').values(toRow(instance)).execute();
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
        support_features: JSON.stringify(opening.supportFeatures),
        epoch: Number(before.epoch) + 1,
        online: 1,
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

  /** Machines that count as online and were last heard before this instant (epoch milliseconds). */
  async silentSince(instant: number): Promise<InstanceRecord[]> {
    const rows = await this.#db
      .selectFrom('instance')
      .selectAll()
      .where('online', '=', 1)
      .where('last_heartbeat_at', '<', instant)
      .execute();
    return rows.map(fromRow);
  }
}

function condition(where: ExpressionBuilder<Schema, 'instance'>, { name, values }: Filter) {
  switch (name) {
    case 'agent-status':
      return where(
        'online',
        'in',
        values.map((value) => (value === 'Online' ? 1 : 0)),
      );
    case 'environment':
      return where('system_name', 'in', values);
    case 'instance-id':
      return where('instance_id', 'in', values);
    case 'instance-name':
      return where('name', 'in', values);
    case 'tag-key':
      return hasTag(where, 'tag_key', values);
    default:
      return hasTag(where, 'tag_value', values, name.slice(TAG_FILTER_PREFIX.length));
  }
}

function hasTag(
  where: ExpressionBuilder<Schema, 'instance'>,
  column: 'tag_key' | 'tag_value',
  values: readonly string[],
  key?: string,
) {
  const tags = where
    .selectFrom('instance_tag')
    .select('position')
    .whereRef('instance_tag.resource_id', '=', 'instance.instance_id')
    .where(column, 'in', values);
  return where.exists(key === undefined ? tags : tags.where('tag_key', '=', key));
}

function fromRow(row: Selectable<Schema['instance']>): InstanceRecord {
  return {
    instanceId: row.instance_id,
    accountUin: row.account_uin,
    tenant: row.tenant,
    name: row.name,
    kind: row.kind,
    publicKey: row.public_key,
    registerCodeId: row.register_code_id,
    hostName: row.host_name,
    localIp: row.local_ip,
    systemName: row.system_name,
    agentVersion: row.agent_version,
    machineId: row.machine_id,
    supportFeatures: JSON.parse(row.support_features) as string[],
    epoch: BigInt(row.epoch),
    bootId: row.boot_id,
    journalId: row.journal_id,
    online: row.online === 1,
    ...(row.last_heartbeat_at === null ? {} : { lastHeartbeatAt: row.last_heartbeat_at }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toRow(instance: InstanceRecord): Insertable<Schema['instance']> {
  return {
    instance_id: instance.instanceId,
    account_uin: instance.accountUin,
    tenant: instance.tenant,
    name: instance.name,
    kind: instance.kind,
    public_key: instance.publicKey,
    register_code_id: instance.registerCodeId,
    host_name: instance.hostName,
    local_ip: instance.localIp,
    system_name: instance.systemName,
    agent_version: instance.agentVersion,
    machine_id: instance.machineId,
    support_features: JSON.stringify(instance.supportFeatures),
    epoch: Number(instance.epoch),
    boot_id: instance.bootId,
    journal_id: instance.journalId,
    online: instance.online ? 1 : 0,
    last_heartbeat_at: instance.lastHeartbeatAt ?? null,
    created_at: instance.createdAt,
    updated_at: instance.updatedAt,
  };
}
