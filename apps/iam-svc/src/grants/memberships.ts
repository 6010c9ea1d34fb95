import type { GroupMembership } from '@muster/contract';
import { invalid } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import { requireGiven } from '../domain/fields.ts';
import { groupNumber, groupSubject, requireGrantee, requireGroup, userSubject } from '../named/things.ts';
import type { Group } from '../store/group-store.ts';
import type { IamWriters } from '../store/iam-writers.ts';

const MOST = 100;

/** Somebody in a group. */
export interface Membership {
  readonly groupId: number;
  readonly uin: string;
}

/** The memberships that a request names, once the caller may change every group and every user among them. */
export async function namedMemberships(
  info: readonly Pick<GroupMembership, 'groupId' | 'uin'>[],
  call: Call,
): Promise<Membership[]> {
  if (info.length < 1 || info.length > MOST) {
    throw invalid('InvalidParameterValue.LimitExceeded', 'Info', `must be 1 to ${MOST}, were ${info.length}`);
  }
  const named = info.map(({ groupId, uin }) => ({
    groupId: groupNumber(groupId, 'Info.GroupId'),
    uin: requireGiven('Info.Uin', uin),
  }));
  const groupIds = new Set(named.map(({ groupId }) => groupId));
  const uins = new Set(named.map(({ uin }) => uin));
  await call.authorize([...[...groupIds].map(groupSubject), ...[...uins].map(userSubject)]);
  return named;
}

/** The group of a membership, once both ends of it are known to exist. */
export async function requireEnds(
  { groups, grantees }: Pick<IamWriters, 'groups' | 'grantees'>,
  accountUin: string,
  { groupId, uin }: Membership,
): Promise<Group> {
  const group = requireGroup(await groups.find(accountUin, groupId), groupId);
  requireGrantee(await grantees.find(accountUin, uin), uin);
  return group;
}
