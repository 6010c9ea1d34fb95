import type { Recording } from '@muster/contract';
import { printList } from '../../output/list.ts';
import { readPages } from '../../pages.ts';
import { filterOptions, filtersOf, type SessionFilters, SHOWN } from '../../session-filters.ts';
import { instanceNames, recordingListing } from '../../session-listing.ts';
import { verb } from '../../verb.ts';

/** `muster session recordings`: what was recorded, newest first. */
export const sessionRecordings = verb<SessionFilters, []>({
  configure(command) {
    filterOptions(command);
  },
  examples: ['muster session recordings', 'muster session recordings --instance web-1 --by ana --user root --json'],
  async run(app, { limit = SHOWN, ...given }) {
    const session = await app.connect();
    const filters = await filtersOf(session, given);
    const { items, total } = await readPages<Recording>(async (page) => {
      const answer = await session.shells.describeRecordings({ filters, ...page });
      return { items: answer.recordingSet, total: answer.totalCount };
    }, limit);
    const nameOf = await instanceNames(app, items);
    printList(app, { ...recordingListing(Date.now(), nameOf), items, total });
    return undefined;
  },
});
