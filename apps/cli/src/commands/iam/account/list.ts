import { readNumberedPages } from '../../../directory.ts';
import { accountListing } from '../../../iam-listings.ts';
import { printList } from '../../../output/list.ts';
import { verb } from '../../../verb.ts';

const PAGE_MAX = 200;

/** `muster iam account list`: the root accounts of the installation. */
export const accountList = verb<object, []>({
  configure() {},
  examples: ['muster iam account list', 'muster iam account list --json'],
  async run(app) {
    const session = await app.connect();
    const items = await readNumberedPages(async (page) => {
      const { totalNum, list } = await session.accounts.listAccounts({ rp: PAGE_MAX, page });
      return { total: totalNum, items: list };
    });
    printList(app, { ...accountListing(Date.now()), items });
    return undefined;
  },
});
