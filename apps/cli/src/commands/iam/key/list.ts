import { findUin } from '../../../directory.ts';
import { keyListing } from '../../../iam-listings.ts';
import { printList } from '../../../output/list.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly user?: string;
}

/** `muster iam key list`: access keys without their secrets. */
export const keyList = verb<Options, []>({
  configure(command) {
    command.option('--user <user>', 'whose, by name or uin; your own when not given');
  },
  examples: ['muster iam key list', 'muster iam key list --user ana'],
  async run(app, { user }) {
    const session = await app.connect();
    const targetUin = user === undefined ? '0' : await findUin(session, user);
    const { accessKeys } = await session.iam.listAccessKeys({ targetUin });
    printList(app, { ...keyListing(Date.now()), items: accessKeys });
    return undefined;
  },
});
