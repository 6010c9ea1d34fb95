import { listCollaborators } from '../../../directory.ts';
import { collaboratorListing } from '../../../iam-listings.ts';
import { printList } from '../../../output/list.ts';
import { verb } from '../../../verb.ts';

/** `muster iam collaborator list`: who of other accounts may act in this one. */
export const collaboratorList = verb<object, []>({
  configure() {},
  examples: ['muster iam collaborator list', 'muster iam collaborator list --json'],
  async run(app) {
    const session = await app.connect();
    printList(app, { ...collaboratorListing(Date.now()), items: await listCollaborators(session) });
    return undefined;
  },
});
