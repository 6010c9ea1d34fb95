import { listPolicies } from '../../../directory.ts';
import { policyListing } from '../../../iam-listings.ts';
import { printList } from '../../../output/list.ts';
import { verb } from '../../../verb.ts';

/** `muster iam policy list`: the account's policies, newest first. */
export const policyList = verb<object, []>({
  configure() {},
  examples: ['muster iam policy list', 'muster iam policy list --json'],
  async run(app) {
    const session = await app.connect();
    printList(app, { ...policyListing(Date.now()), items: await listPolicies(session) });
    return undefined;
  },
});
