import { RegionInfoSchema } from '@muster/contract';
import { printList } from '../output/list.ts';
import { verb } from '../verb.ts';

/** `muster region`: where this installation is. */
export const region = verb<object, []>({
  configure() {},
  examples: ['muster region', 'muster region --json'],
  async run(app) {
    const session = await app.connect();
    const { regionSet, totalCount } = await session.instances.describeRegions({});
    printList(app, {
      schema: RegionInfoSchema,
      items: regionSet,
      total: totalCount,
      names: { list: 'RegionSet', total: 'TotalCount' },
      none: 'no regions',
      columns: [
        { heading: 'REGION', cell: (each) => each.region },
        { heading: 'NAME', cell: ({ regionName }) => regionName },
        { heading: 'STATE', cell: ({ regionState }) => regionState },
      ],
    });
    return undefined;
  },
});
