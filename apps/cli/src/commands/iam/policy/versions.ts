import { findPolicyId } from '../../../directory.ts';
import { versionListing } from '../../../iam-listings.ts';
import { printList } from '../../../output/list.ts';
import { verb } from '../../../verb.ts';

/** `muster iam policy versions`: the documents that a policy has had, newest first. */
export const policyVersions = verb<object, [policy: string]>({
  configure(command) {
    command.argument('<policy>', 'name or number');
  },
  examples: ['muster iam policy versions run-on-all'],
  async run(app, _, nameOrId) {
    const session = await app.connect();
    const { versions } = await session.policies.listPolicyVersions({
      policyId: await findPolicyId(session, nameOrId),
    });
    printList(app, { ...versionListing(Date.now()), items: versions });
    return undefined;
  },
});
