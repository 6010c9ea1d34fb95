import type { Collaborator, Group, Policy, Role } from '@muster/contract';
import type { Session } from './session.ts';
import { nothingMatched } from './stop.ts';

/** CAM's largest page. */
const PAGE_MAX = 200;

/** The uin of a sub-user, given by name or uin. */
export async function findUin(session: Session, nameOrUin: string): Promise<string> {
  if (isNumber(nameOrUin)) return nameOrUin;
  const { user } = await session.iam.getUser({ name: nameOrUin });
  if (!user) throw nothingMatched(`no user \`${nameOrUin}\``, '`muster iam user list` shows them');
  return user.uin;
}

/** The number of a policy, custom or preset, given by name or number. */
export async function findPolicyId(session: Session, nameOrId: string): Promise<string> {
  if (isNumber(nameOrId)) return nameOrId;
  const found = (await listPolicies(session, nameOrId)).find(({ policyName }) => policyName === nameOrId);
  if (!found) throw nothingMatched(`no policy \`${nameOrId}\``, '`muster iam policy list` shows them');
  return found.policyId;
}

/** The number of a group, given by name or number. */
export async function findGroupId(session: Session, nameOrId: string): Promise<string> {
  if (isNumber(nameOrId)) return nameOrId;
  const found = (await listGroups(session, nameOrId)).find(({ groupName }) => groupName === nameOrId);
  if (!found) throw nothingMatched(`no group \`${nameOrId}\``, '`muster iam group list` shows them');
  return found.groupId;
}

/** How a request names a role that is given by name or id. */
export function roleNaming(nameOrId: string): { roleId: string; roleName: string } {
  return isNumber(nameOrId) ? { roleId: nameOrId, roleName: '' } : { roleId: '', roleName: nameOrId };
}

/** Every policy that the caller may see, without documents; only those whose name holds `keyword`, if one is given. */
export function listPolicies(session: Session, keyword = ''): Promise<Policy[]> {
  return readNumberedPages(async (page) => {
    const { totalNum, list } = await session.iam.listPolicies({ rp: PAGE_MAX, page, keyword });
    return { total: totalNum, items: list };
  });
}

/** The same for groups. */
export function listGroups(session: Session, keyword = ''): Promise<Group[]> {
  return readNumberedPages(async (page) => {
    const { totalNum, groupInfo } = await session.groups.listGroups({ rp: PAGE_MAX, page, keyword });
    return { total: totalNum, items: groupInfo };
  });
}

/** Every role that the caller may see. */
export function listRoles(session: Session): Promise<Role[]> {
  return readNumberedPages(async (page) => {
    const { totalNum, list } = await session.roles.describeRoleList({ rp: PAGE_MAX, page });
    return { total: totalNum, items: list };
  });
}

/** Every collaborator that the caller may see. */
export function listCollaborators(session: Session): Promise<Collaborator[]> {
  return readNumberedPages(async (page) => {
    const { totalNum, data } = await session.accounts.listCollaborators({ rp: PAGE_MAX, page });
    return { total: totalNum, items: data };
  });
}

/** Reads pages as CAM counts them, from 1, until everything is there. */
export async function readNumberedPages<T>(
  read: (page: number) => Promise<{ total: number; items: readonly T[] }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; ; page++) {
    const { total, items } = await read(page);
    all.push(...items);
    if (items.length === 0 || all.length >= total) return all;
  }
}

function isNumber(text: string): boolean {
  return /^\d{1,20}$/.test(text);
}
