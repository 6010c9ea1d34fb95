import { findPolicyId, readNumberedPages } from '../../../directory.ts';
import { holderListing } from '../../../iam-listings.ts';
import { printList } from '../../../output/list.ts';
import { verb } from '../../../verb.ts';

const PAGE_MAX = 200;

/** `muster iam policy holders`: users, groups and roles that have a policy. */
export const policyHolders = verb<object, [policy: string]>({
  configure(command) {
    command.argument('<policy>', 'name or number');
  },
  examples: ['muster iam policy holders run-on-all'],
  async run(app, _, nameOrId) {
    const session = await app.connect();
    const policyId = await findPolicyId(session, nameOrId);
    const items = await readNumberedPages(async (page) => {
      const { totalNum, list } = await session.policies.listEntitiesForPolicy({ policyId, rp: PAGE_MAX, page });
      return { total: totalNum, items: list };
    });
    printList(app, { ...holderListing(Date.now()), items });
    return undefined;
  },
});
