import { AccessKeySchema, AccessKeyStatus, PolicySchema, UserSchema } from '@muster/contract';
import type { Listing } from './output/list.ts';
import { ago } from './output/time.ts';

/** How sub-users are listed. */
export function userListing(now: number): Omit<Listing<typeof UserSchema>, 'items'> {
  return {
    schema: UserSchema,
    names: { list: 'Data' },
    none: 'no users besides root; add one with: muster iam user add NAME',
    columns: [
      { heading: 'NAME', cell: ({ name }) => name },
      { heading: 'UIN', cell: ({ uin }) => uin },
      { heading: 'CONSOLE', cell: ({ consoleLogin }) => (consoleLogin ? 'yes' : 'no') },
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
      { heading: 'VERSION', cell: ({ version }) => String(version) },
      { heading: 'CHANGED', cell: ({ updateTime, addTime }) => ago(updateTime ?? addTime, now) },
      { heading: 'DESCRIPTION', cell: ({ description }) => description, flexible: true },
    ],
  };
}
