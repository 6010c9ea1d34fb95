import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Tag } from '@muster/command';
import {
  AgentStatus,
  type AutomationAgentInfoSchema,
  type BusCredentialsSchema,
  InstanceKind as PbInstanceKind,
  type RegisterCodeInfoSchema,
  type RegisterInstanceInfoSchema,
} from '@muster/contract';
import type { InstanceKind } from '@muster/kernel';
import type { RegisterCode } from './domain/register-code.ts';
import type { MachineContext } from './machine-context.ts';
import type { InstanceRecord } from './store/instance-store.ts';
import type { AgentCredentials } from './tenants.ts';

const KIND_FROM_PROTO: Record<PbInstanceKind, InstanceKind | undefined> = {
  [PbInstanceKind.UNSPECIFIED]: 'REGISTERED',
  [PbInstanceKind.CVM]: 'CVM',
  [PbInstanceKind.LIGHTHOUSE]: 'LIGHTHOUSE',
  [PbInstanceKind.REGISTERED]: 'REGISTERED',
  // of runs only
  [PbInstanceKind.MIXED]: undefined,
};

const KIND_TO_PROTO: Record<InstanceKind, PbInstanceKind> = {
  CVM: PbInstanceKind.CVM,
  LIGHTHOUSE: PbInstanceKind.LIGHTHOUSE,
  REGISTERED: PbInstanceKind.REGISTERED,
};

/** The kind that a code is to give; undefined for a number that names none. */
export function fromInstanceKind(kind: PbInstanceKind): InstanceKind | undefined {
  return KIND_FROM_PROTO[kind];
}

export function toRegisterCodeInfo(
  code: RegisterCode,
  tags: readonly Tag[],
): MessageInitShape<typeof RegisterCodeInfoSchema> {
  return {
    registerCodeId: code.registerCodeId,
    description: code.description,
    instanceNamePrefix: code.instanceNamePrefix,
    registerLimit: code.registerLimit,
    ...(code.expiresAt === undefined ? {} : { expiredTime: timestampFromMs(code.expiresAt) }),
    ipAddressRange: code.ipAddressRange,
    enabled: code.enabled,
    registeredCount: code.registeredCount,
    createdTime: timestampFromMs(code.createdAt),
    updatedTime: timestampFromMs(code.updatedAt),
    instanceKind: KIND_TO_PROTO[code.kind],
    tags: [...tags],
  };
}

export function toAgentInfo(
  instance: InstanceRecord,
  tags: readonly Tag[],
): MessageInitShape<typeof AutomationAgentInfoSchema> {
  return {
    instanceId: instance.instanceId,
    version: instance.agentVersion,
    ...(instance.lastHeartbeatAt === undefined ? {} : { lastHeartbeatTime: timestampFromMs(instance.lastHeartbeatAt) }),
    agentStatus: statusOf(instance),
    environment: instance.systemName,
    supportFeatures: instance.supportFeatures,
    instanceName: instance.name,
    hostName: instance.hostName,
    localIp: instance.localIp,
    createdTime: timestampFromMs(instance.createdAt),
    tags: [...tags],
    ...cloneNoticedTime(instance),
    refusals: Object.entries(instance.refusals).map(([reason, count]) => ({ reason, count: BigInt(count) })),
    hostVeto: instance.hostVeto,
    signingKeyIds: [...instance.signingKeyIds],
  };
}

export function toRegisterInstanceInfo(
  instance: InstanceRecord,
  tags: readonly Tag[],
): MessageInitShape<typeof RegisterInstanceInfoSchema> {
  return {
    registerCodeId: instance.registerCodeId,
    instanceId: instance.instanceId,
    instanceName: instance.name,
    machineId: instance.machineId,
    systemName: instance.systemName,
    hostName: instance.hostName,
    localIp: instance.localIp,
    publicKey: instance.publicKey,
    status: statusOf(instance),
    createdTime: timestampFromMs(instance.createdAt),
    updatedTime: timestampFromMs(instance.updatedAt),
    tags: [...tags],
    ...cloneNoticedTime(instance),
  };
}

function statusOf({ online }: InstanceRecord): AgentStatus {
  return online ? AgentStatus.ONLINE : AgentStatus.OFFLINE;
}

function cloneNoticedTime({ cloneNoticedAt }: InstanceRecord) {
  return cloneNoticedAt === undefined ? {} : { cloneNoticedTime: timestampFromMs(cloneNoticedAt) };
}

export function toBusCredentials(
  { jwt, expiresAt }: AgentCredentials,
  { busServers, taskKeys }: Pick<MachineContext, 'busServers' | 'taskKeys'>,
): MessageInitShape<typeof BusCredentialsSchema> {
  return {
    servers: [...busServers],
    jwt,
    expiresTime: timestampFromMs(expiresAt),
    signingKeys: taskKeys.keys.map(({ keyId, publicKey }) => ({ keyId, publicKey })),
    keySets: [...taskKeys.keySets],
  };
}
