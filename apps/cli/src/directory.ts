import type { Policy } from '@muster/contract';
import type { Session } from './session.ts';
import { nothingMatched } from './stop.ts';

/** CAM's largest page. */
const PAGE_MAX = 200;

/** The uin of a sub-user, given by name or uin. */
export async function findUin(session: Session, nameOrUin: string): Promise<string> {
  if (/^\d{1,20}$/.test(nameOrUin)) return nameOrUin;
  const { user } = await session.iam.getUser({ name: nameOrUin });
  if (!user) throw nothingMatched(`no user \`${nameOrUin}\``, '`muster iam user list` shows them');
  return user.uin;
}

/** The number of a policy, given by name or number. */
export async function findPolicyId(session: Session, nameOrId: string): Promise<string> {
  if (/^\d{1,20}$/.test(nameOrId)) return nameOrId;
  const found = (await listPolicies(session)).find(({ policyName }) => policyName === nameOrId);
  if (!found) throw nothingMatched(`no policy \`${nameOrId}\``, '`muster iam policy list` shows them');
  return found.policyId;
}

/** Every policy that the caller may see, without documents. */
export function listPolicies(session: Session): Promise<Policy[]> {
  return readNumberedPages((page) => session.iam.listPolicies({ rp: PAGE_MAX, page }));
}

/** Every policy attached to a sub-user, without documents. */
export function listAttached(session: Session, targetUin: string): Promise<Policy[]> {
  return readNumberedPages((page) => session.iam.listAttachedUserPolicies({ targetUin, rp: PAGE_MAX, page }));
}

async function readNumberedPages(
  read: (page: number) => Promise<{ totalNum: number; list: Policy[] }>,
): Promise<Policy[]> {
  const policies: Policy[] = [];
  for (let page = 1; ; page++) {
    const { totalNum, list } = await read(page);
    policies.push(...list);
    if (list.length === 0 || policies.length >= totalNum) return policies;
  }
}
