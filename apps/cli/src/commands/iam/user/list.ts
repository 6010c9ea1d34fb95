import { userListing } from '../../../iam-listings.ts';
import { printList } from '../../../output/list.ts';
import { verb } from '../../../verb.ts';

/** `muster iam user list`: sub-users, oldest first. */
export const userList = verb<object, []>({
  configure() {},
  examples: ['muster iam user list', 'muster iam user list --json'],
  async run(app) {
    const session = await app.connect();
    const { data } = await session.iam.listUsers({});
    printList(app, { ...userListing(Date.now()), items: data });
    return undefined;
  },
});
