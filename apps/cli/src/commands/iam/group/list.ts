import { listGroups } from '../../../directory.ts';
import { groupListing } from '../../../iam-listings.ts';
import { printList } from '../../../output/list.ts';
import { verb } from '../../../verb.ts';

/** `muster iam group list`: groups, oldest first. */
export const groupList = verb<object, []>({
  configure() {},
  examples: ['muster iam group list', 'muster iam group list --json'],
  async run(app) {
    const session = await app.connect();
    printList(app, { ...groupListing(Date.now()), items: await listGroups(session) });
    return undefined;
  },
});
