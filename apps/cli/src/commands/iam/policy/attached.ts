import { findUin, listAttached } from '../../../directory.ts';
import { policyListing } from '../../../iam-listings.ts';
import { printList } from '../../../output/list.ts';
import { verb } from '../../../verb.ts';

/** `muster iam policy attached`: what a user has. */
export const policyAttached = verb<object, [user: string]>({
  configure(command) {
    command.argument('<user>', 'name or uin');
  },
  examples: ['muster iam policy attached ana'],
  async run(app, _, user) {
    const session = await app.connect();
    const items = await listAttached(session, await findUin(session, user));
    printList(app, { ...policyListing(Date.now()), items, none: `${user} has no policy, so it may do nothing` });
    return undefined;
  },
});
