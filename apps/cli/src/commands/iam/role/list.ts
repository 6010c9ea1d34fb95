import { listRoles } from '../../../directory.ts';
import { roleListing } from '../../../iam-listings.ts';
import { printList } from '../../../output/list.ts';
import { verb } from '../../../verb.ts';

/** `muster iam role list`: roles, oldest first. */
export const roleList = verb<object, []>({
  configure() {},
  examples: ['muster iam role list', 'muster iam role list --json'],
  async run(app) {
    const session = await app.connect();
    printList(app, { ...roleListing(Date.now()), items: await listRoles(session) });
    return undefined;
  },
});
