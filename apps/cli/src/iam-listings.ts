import {
  AccessKeySchema,
  AccessKeyStatus,
  AccountSchema,
  AttachedEntitySchema,
  CollaboratorSchema,
  EntityFilterSchema,
  GroupSchema,
  PolicySchema,
  PolicyType,
  PolicyVersionSchema,
  RoleSchema,
  UserSchema,
} from '@muster/contract';
import { formatDuration } from './domain/duration.ts';
import { formatTags } from './domain/tags.ts';
import type { Listing } from './output/list.ts';
import { ago } from './output/time.ts';
import { tatName } from './tat-name.ts';

/** How sub-users are listed. */
export function userListing(now: number): Omit<Listing<typeof UserSchema>, 'items'> {
  return {
    schema: UserSchema,
    names: { list: 'Data' },
    none: 'no users besides root; add one with: muster iam user add NAME',
    columns: [
      { heading: 'NAME', cell: ({ name }) => name },
      { heading: 'UIN', cell: ({ uin }) => uin },
      {
        heading: 'STATUS',
        cell: ({ active }) => (active ? 'Active' : 'Inactive'),
        color: ({ active }, colors) => (active ? colors.green : colors.yellow),
      },
      { heading: 'CONSOLE', cell: ({ consoleLogin }) => (consoleLogin ? 'yes' : 'no') },
      { heading: 'MFA', cell: ({ mfaEnabled }) => (mfaEnabled ? 'yes' : 'no') },
      { heading: 'CREATED', cell: ({ createTime }) => ago(createTime, now) },
      { heading: 'REMARK', cell: ({ remark }) => remark, flexible: true },
    ],
  };
}

/** How access keys are listed. */
export function keyListing(now: number): Omit<Listing<typeof AccessKeySchema>, 'items'> {
  return {
    schema: AccessKeySchema,
    names: { list: 'AccessKeys' },
    none: 'no access keys; make one with: muster iam key create',
    columns: [
      { heading: 'ID', cell: ({ accessKeyId }) => accessKeyId },
      {
        heading: 'STATUS',
        cell: ({ status }) => (status === AccessKeyStatus.ACTIVE ? 'Active' : 'Inactive'),
        color: ({ status }, colors) => (status === AccessKeyStatus.ACTIVE ? colors.green : colors.yellow),
      },
      { heading: 'CREATED', cell: ({ createTime }) => ago(createTime, now) },
      { heading: 'LAST USED', cell: ({ lastUsedTime }) => ago(lastUsedTime, now) || 'never' },
      { heading: 'DESCRIPTION', cell: ({ description }) => description, flexible: true },
    ],
  };
}

/** How policies are listed. */
export function policyListing(now: number): Omit<Listing<typeof PolicySchema>, 'items'> {
  return {
    schema: PolicySchema,
    names: { list: 'List', total: 'TotalNum' },
    none: 'no policies to show; make one with: muster iam policy create NAME -f FILE',
    columns: [
      { heading: 'ID', cell: ({ policyId }) => policyId },
      { heading: 'NAME', cell: ({ policyName }) => policyName },
      { heading: 'TYPE', cell: ({ type }) => (type === PolicyType.PRESET ? 'preset' : 'custom') },
      { heading: 'VERSION', cell: ({ version }) => String(version) },
      { heading: 'HAVE IT', cell: ({ attachments }) => String(attachments) },
      { heading: 'CHANGED', cell: ({ updateTime, addTime }) => ago(updateTime ?? addTime, now) },
      { heading: 'DESCRIPTION', cell: ({ description }) => description, flexible: true },
    ],
  };
}

/** How the versions of a policy are listed. */
export function versionListing(now: number): Omit<Listing<typeof PolicyVersionSchema>, 'items'> {
  return {
    schema: PolicyVersionSchema,
    names: { list: 'Versions' },
    none: 'no versions',
    columns: [
      { heading: 'VERSION', cell: ({ versionId }) => String(versionId) },
      {
        heading: 'IN FORCE',
        cell: ({ isDefaultVersion }) => (isDefaultVersion ? 'yes' : ''),
        color: (_, colors) => colors.green,
      },
      { heading: 'SAVED', cell: ({ createDate }) => ago(createDate, now) },
    ],
  };
}

/** How those who have a policy are listed. */
export function holderListing(now: number): Omit<Listing<typeof AttachedEntitySchema>, 'items'> {
  return {
    schema: AttachedEntitySchema,
    names: { list: 'List', total: 'TotalNum' },
    none: 'nobody has it',
    columns: [
      { heading: 'KIND', cell: ({ relatedType }) => tatName(EntityFilterSchema, relatedType).toLowerCase() },
      { heading: 'NAME', cell: ({ name }) => name },
      { heading: 'ID', cell: ({ id }) => id },
      { heading: 'SINCE', cell: ({ attachmentTime }) => ago(attachmentTime, now) },
    ],
  };
}

/** How groups are listed. */
export function groupListing(now: number): Omit<Listing<typeof GroupSchema>, 'items'> {
  return {
    schema: GroupSchema,
    names: { list: 'GroupInfo', total: 'TotalNum' },
    none: 'no groups; make one with: muster iam group create NAME',
    columns: [
      { heading: 'NAME', cell: ({ groupName }) => groupName },
      { heading: 'ID', cell: ({ groupId }) => groupId },
      { heading: 'MEMBERS', cell: ({ userCount }) => String(userCount) },
      { heading: 'CREATED', cell: ({ createTime }) => ago(createTime, now) },
      { heading: 'REMARK', cell: ({ remark }) => remark, flexible: true },
    ],
  };
}

/** How roles are listed. */
export function roleListing(now: number): Omit<Listing<typeof RoleSchema>, 'items'> {
  return {
    schema: RoleSchema,
    names: { list: 'List', total: 'TotalNum' },
    none: 'no roles; make one with: muster iam role create NAME --trust-account own',
    columns: [
      { heading: 'NAME', cell: ({ roleName }) => roleName },
      { heading: 'ID', cell: ({ roleId }) => roleId },
      { heading: 'SESSIONS', cell: ({ sessionDuration }) => `up to ${formatDuration(sessionDuration * 1_000)}` },
      { heading: 'CHANGED', cell: ({ updateTime }) => ago(updateTime, now) },
      { heading: 'TAGS', cell: ({ tags }) => formatTags(tags), flexible: true },
      { heading: 'DESCRIPTION', cell: ({ description }) => description, flexible: true },
    ],
  };
}

/** How root accounts are listed. */
export function accountListing(now: number): Omit<Listing<typeof AccountSchema>, 'items'> {
  return {
    schema: AccountSchema,
    names: { list: 'List', total: 'TotalNum' },
    none: 'no accounts',
    columns: [
      { heading: 'NAME', cell: ({ name }) => name },
      { heading: 'UIN', cell: ({ accountUin }) => accountUin },
      { heading: 'APPID', cell: ({ appId }) => appId },
      { heading: 'CREATED', cell: ({ createTime }) => ago(createTime, now) },
    ],
  };
}

/** How collaborators are listed. */
export function collaboratorListing(now: number): Omit<Listing<typeof CollaboratorSchema>, 'items'> {
  return {
    schema: CollaboratorSchema,
    names: { list: 'Data', total: 'TotalNum' },
    none: 'no collaborators; invite one with: muster iam collaborator add UIN --name NAME',
    columns: [
      { heading: 'NAME', cell: ({ name }) => name },
      { heading: 'UIN', cell: ({ uin }) => uin },
      { heading: 'OF ACCOUNT', cell: ({ homeAccountUin }) => homeAccountUin },
      { heading: 'SINCE', cell: ({ createTime }) => ago(createTime, now) },
      { heading: 'REMARK', cell: ({ remark }) => remark, flexible: true },
    ],
  };
}
