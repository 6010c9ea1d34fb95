import { actionOf } from '../../access-question.ts';
import { lastUsedListing } from '../../audit-listing.ts';
import { findUin, readNumberedPages } from '../../directory.ts';
import { printList } from '../../output/list.ts';
import type { Session } from '../../session.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly principal?: string;
  readonly action?: string;
}

const PAGE_MAX = 200;

/** `muster audit last-used`: which rights are used, and which could be taken away. */
export const auditLastUsed = verb<Options, []>({
  configure(command) {
    command.option('--principal <user>', 'only this name or uin').option('--action <action>', 'only this action');
  },
  examples: [
    'muster audit last-used',
    'muster audit last-used --principal ana',
    'muster audit last-used --action RunCommand',
  ],
  async run(app, { principal, action }) {
    const session = await app.connect();
    const filter = {
      ...(principal === undefined ? {} : { uin: await findUin(session, principal) }),
      ...(action === undefined ? {} : { action: actionOf(action) }),
    };
    const items = await readNumberedPages(async (page) => {
      const { totalNum, list } = await session.audit.listLastUsed({ ...filter, rp: PAGE_MAX, page });
      return { total: totalNum, items: list };
    });
    const names = app.json ? new Map<string, string>() : await namesByUin(session);
    printList(app, { ...lastUsedListing(Date.now(), (uin) => names.get(uin) ?? uin), items });
    return undefined;
  },
});

/** Names of root and of the users that the caller may see. */
async function namesByUin({ iam, tokens }: Session): Promise<Map<string, string>> {
  const { data } = await iam.listUsers({});
  const { accountId } = await tokens.getCallerIdentity({});
  return new Map([[accountId, 'root'], ...data.map(({ uin, name }): [string, string] => [uin, name])]);
}
