import type { Policy } from '@muster/contract';
import { findGroupId, findUin, readNumberedPages, roleNaming } from '../../../directory.ts';
import { policyListing } from '../../../iam-listings.ts';
import { addSubjectOptions, chosenSubject, type Holder, type SubjectOptions } from '../../../iam-subject.ts';
import { printList } from '../../../output/list.ts';
import type { Session } from '../../../session.ts';
import { verb } from '../../../verb.ts';

/** `muster iam policy attached`: what a user has itself, or a group or a role. */
export const policyAttached = verb<SubjectOptions, [user: string | undefined]>({
  configure(command) {
    addSubjectOptions(command.argument('[user]', 'name or uin'), ['group', 'role']);
  },
  examples: [
    'muster iam policy attached ana',
    'muster iam policy attached --group admins',
    'muster iam policy attached --role deploy',
  ],
  async run(app, options, user) {
    const given = { ...options, ...(user === undefined ? {} : { user }) };
    const holder = chosenSubject(given, ['user', 'group', 'role']);
    const session = await app.connect();
    const none = `${holder.given} has no policy of its own`;
    printList(app, { ...policyListing(Date.now()), items: await listAttached(session, holder), none });
    return undefined;
  },
});

const PAGE_MAX = 200;

async function listAttached(session: Session, { kind, given }: Holder): Promise<Policy[]> {
  const read = await reader(session, { kind, given });
  return readNumberedPages(async (page) => {
    const { totalNum, list } = await read({ rp: PAGE_MAX, page });
    return { total: totalNum, items: list };
  });
}

async function reader(
  session: Session,
  { kind, given }: Holder,
): Promise<(page: { rp: number; page: number }) => Promise<{ totalNum: number; list: Policy[] }>> {
  if (kind === 'user') {
    const targetUin = await findUin(session, given);
    return (page) => session.iam.listAttachedUserPolicies({ targetUin, ...page });
  }
  if (kind === 'group') {
    const targetGroupId = await findGroupId(session, given);
    return (page) => session.groups.listAttachedGroupPolicies({ targetGroupId, ...page });
  }
  return (page) => session.roles.listAttachedRolePolicies({ ...roleNaming(given), ...page });
}
