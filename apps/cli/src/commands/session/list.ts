import type { Session as ShellSession } from '@muster/contract';
import { printList } from '../../output/list.ts';
import { readPages } from '../../pages.ts';
import { filterOptions, filtersOf, type SessionFilters, SHOWN } from '../../session-filters.ts';
import { instanceNames, OPEN_STATES, sessionListing } from '../../session-listing.ts';
import { verb } from '../../verb.ts';

interface Options extends SessionFilters {
  readonly all?: boolean;
}

/** `muster session list`: sessions on machines, newest first. */
export const sessionList = verb<Options, []>({
  configure(command) {
    filterOptions(command.option('--all', 'those that are over, too'));
  },
  examples: ['muster session list', 'muster session list --all --instance web-1 --by ana --user root -n 100 --json'],
  async run(app, { all, limit = SHOWN, ...given }) {
    const session = await app.connect();
    const open = all ? [] : [{ name: 'session-state', values: OPEN_STATES }];
    const filters = [...open, ...(await filtersOf(session, given))];
    const { items, total } = await readPages<ShellSession>(async (page) => {
      const answer = await session.shells.describeSessions({ filters, ...page });
      return { items: answer.sessionSet, total: answer.totalCount };
    }, limit);
    const nameOf = await instanceNames(app, items);
    printList(app, { ...sessionListing(Date.now(), nameOf), items, total });
    return undefined;
  },
});
