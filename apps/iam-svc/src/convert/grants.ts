import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Timestamp, timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  type AttachedEntitySchema,
  EntityFilter,
  type GroupSchema,
  type PolicySchema,
  PolicyType,
  type PolicyVersionSchema,
  type UserSchema,
} from '@muster/contract';
import type { Tags } from '@muster/policy';
import type { Holder } from '../store/attachment-store.ts';
import type { Grantee } from '../store/grantee-store.ts';
import type { Group } from '../store/group-store.ts';
import type { Policy, PolicyVersion } from '../store/policy-store.ts';
import { toTags } from './people.ts';

export const POLICY_TYPE_TO_PROTO = {
  custom: PolicyType.CUSTOM,
  preset: PolicyType.PRESET,
} satisfies Record<Policy['type'], PolicyType>;

export const HOLDER_KIND_TO_PROTO = {
  user: EntityFilter.USER,
  group: EntityFilter.GROUP,
  role: EntityFilter.ROLE,
} satisfies Record<Holder['kind'], EntityFilter>;

/** The kind that a request asks for; undefined for all of them. */
export function fromEntityFilter(filter: EntityFilter): Holder['kind'] | undefined {
  return (['user', 'group', 'role'] as const).find((kind) => HOLDER_KIND_TO_PROTO[kind] === filter);
}

/** What answers show of a policy besides itself; lists leave the document out. */
export interface PolicyDetails {
  readonly document?: string;
  readonly attachments: number;
  readonly tags: Tags;
}

export function toPolicy(
  policy: Policy,
  { document = '', attachments, tags }: PolicyDetails,
): MessageInitShape<typeof PolicySchema> {
  return {
    policyId: String(policy.policyId),
    policyName: policy.policyName,
    description: policy.description,
    policyDocument: document,
    version: policy.version,
    ...times({ addTime: policy.createdAt, updateTime: policy.updatedAt }),
    type: POLICY_TYPE_TO_PROTO[policy.type],
    attachments,
    tags: toTags(tags),
  };
}

/** A version as lists show it; its document goes into single answers only. */
export function toPolicyVersion(
  { version, createdAt }: PolicyVersion,
  inForce: number,
): MessageInitShape<typeof PolicyVersionSchema> {
  return { versionId: version, isDefaultVersion: version === inForce, ...times({ createDate: createdAt }) };
}

export function toAttachedEntity({
  kind,
  id,
  name,
  attachedAt,
}: Holder): MessageInitShape<typeof AttachedEntitySchema> {
  const uin = kind === 'user' ? id : '0';
  return { id, name, uin, relatedType: HOLDER_KIND_TO_PROTO[kind], attachmentTime: timestampFromMs(attachedAt) };
}

export function toGroup(group: Group, tags: Tags = {}): MessageInitShape<typeof GroupSchema> {
  return {
    groupId: String(group.groupId),
    groupName: group.groupName,
    remark: group.remark,
    createTime: timestampFromMs(group.createdAt),
    userCount: group.userCount,
    tags: toTags(tags),
  };
}

/** A member as its group shows it: who it is, not how to reach it. */
export function toMember(member: Grantee): MessageInitShape<typeof UserSchema> {
  const { uin, name, remark, consoleLogin, active, mfaEnabled, createdAt, boundaryPolicyId = 0 } = member;
  const state = { consoleLogin, active, mfaEnabled, boundaryPolicyId: String(boundaryPolicyId) };
  return { uin, name, remark, ...state, createTime: timestampFromMs(createdAt) };
}

/** Those times (epoch milliseconds) that are known. */
function times<K extends string>(known: Readonly<Record<K, number | undefined>>): Partial<Record<K, Timestamp>> {
  const entries = Object.entries<number | undefined>(known).filter(([, ms]) => ms !== undefined);
  return Object.fromEntries(entries.map(([key, ms]) => [key, timestampFromMs(ms!)])) as Partial<Record<K, Timestamp>>;
}
