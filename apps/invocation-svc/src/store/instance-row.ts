import type { InstanceKind } from '@muster/kernel';
import type { Insertable, Selectable } from 'kysely';
import type { Guard, Refusals } from '../domain/guard.ts';
import type { Schema } from './schema.ts';

/** A machine as the service knows it. */
export interface InstanceRecord extends Guard {
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
  /** Of the machine that spoke last; empty when it has none. */
  readonly machineId: string;
  readonly supportFeatures: string[];
  /** The newest session's number; 0 before the first. */
  readonly epoch: bigint;
  /** Empty before the first session. */
  readonly bootId: string;
  /** Empty before the first session. */
  readonly journalId: string;
  readonly online: boolean;
  /** When the newest session began, epoch milliseconds. */
  readonly sessionOpenedAt?: number;
  /** Epoch milliseconds. */
  readonly lastHeartbeatAt?: number;
  /** When two machines were last found to speak as this one, epoch milliseconds. */
  readonly cloneNoticedAt?: number;
  /** The keys whose signature on a task it accepts; empty when it does not say. */
  readonly signingKeyIds: readonly string[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
}

/** A row as a machine. */
export function instanceFromRow(row: Selectable<Schema['instance']>): InstanceRecord {
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
    ...(row.session_opened_at === null ? {} : { sessionOpenedAt: row.session_opened_at }),
    ...(row.last_heartbeat_at === null ? {} : { lastHeartbeatAt: row.last_heartbeat_at }),
    ...(row.clone_noticed_at === null ? {} : { cloneNoticedAt: row.clone_noticed_at }),
    refusals: JSON.parse(row.refusals) as Refusals,
    hostVeto: row.host_veto,
    signingKeyIds: JSON.parse(row.signing_key_ids) as string[],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** A machine as a row. */
export function instanceToRow(instance: InstanceRecord): Insertable<Schema['instance']> {
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
    session_opened_at: instance.sessionOpenedAt ?? null,
    last_heartbeat_at: instance.lastHeartbeatAt ?? null,
    clone_noticed_at: instance.cloneNoticedAt ?? null,
    refusals: JSON.stringify(instance.refusals),
    host_veto: instance.hostVeto,
    signing_key_ids: JSON.stringify(instance.signingKeyIds),
    created_at: instance.createdAt,
    updated_at: instance.updatedAt,
  };
}
