import { addToOutbox } from '@muster/db';
import { type IdPrefix, type InstanceKind, invalid, newId, type Refusal } from '@muster/kernel';
import type { MachineFacts } from './domain/enrollment.ts';
import { badRegisterCode, instanceName, refusalOf } from './domain/register-code.ts';
import { instanceRegistered } from './instance-events.ts';
import { type InstanceRecord, InstanceStore } from './store/instance-store.ts';
import { RegisterCodeStore } from './store/register-code-store.ts';
import { RevokedKeyStore } from './store/revoked-key-store.ts';
import { TagStore } from './store/tag-store.ts';
import type { UnitOfWork } from './store/unit-of-work.ts';

const PREFIX_OF_KIND = { CVM: 'ins', LIGHTHOUSE: 'lhins', REGISTERED: 'rins' } as const satisfies Record<
  InstanceKind,
  IdPrefix
>;

/** Whoever has shown the value of a register code, and what it wants to be known as. */
export interface Applicant extends MachineFacts {
  readonly registerCodeId: string;
  readonly publicKey: string;
  /** The code's NATS account. */
  readonly tenant: string;
}

/**
 * Takes a place of the code and makes the machine, with the tags of the code. The same key with the same code is the same machine: its answer was lost
 * on the way and takes no second place. Refusals are given, not thrown: other work shares the transaction.
 */
export async function enrol({ trx }: UnitOfWork, applicant: Applicant, now: number): Promise<InstanceRecord | Refusal> {
  const { registerCodeId, publicKey, tenant, hostName, localIp, systemName, agentVersion, machineId } = applicant;
  const codes = new RegisterCodeStore(trx);
  const instances = new InstanceStore(trx);
  const known = await instances.byPublicKey(publicKey);
  if (known) {
    return known.registerCodeId === registerCodeId
      ? known
      : invalid('InvalidParameterValue', 'PublicKey', 'must be new, was registered with another code');
  }
  if (await new RevokedKeyStore(trx).has(publicKey)) {
    return invalid('InvalidParameterValue', 'PublicKey', 'must be new, belonged to a machine that was removed');
  }
  const taken = await codes.takePlace(registerCodeId, now);
  const code = (await codes.find(registerCodeId))?.code;
  if (!code) return badRegisterCode();
  if (!taken) return refusalOf(code, now);
  const instance: InstanceRecord = {
    instanceId: newId(PREFIX_OF_KIND[code.kind]),
    accountUin: code.accountUin,
    tenant,
    name: instanceName(code.instanceNamePrefix, hostName),
    kind: code.kind,
    publicKey,
    registerCodeId,
    hostName,
    localIp,
    systemName,
    agentVersion,
    machineId,
    supportFeatures: [],
    epoch: 0n,
    bootId: '',
    journalId: '',
    online: false,
    refusals: {},
    hostVeto: '',
    signingKeyIds: [],
    createdAt: now,
    updatedAt: now,
  };
  await instances.insert(instance);
  const tags = await new TagStore(trx, 'register_code_tag').of([registerCodeId]);
  await new TagStore(trx, 'instance_tag').replace(instance.instanceId, tags(registerCodeId));
  await addToOutbox(trx, [instanceRegistered(instance, now)]);
  return instance;
}
