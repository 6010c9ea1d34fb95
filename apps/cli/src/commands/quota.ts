import { GeneralResourceQuotaSetSchema } from '@muster/contract';
import { printList } from '../output/list.ts';
import { verb } from '../verb.ts';

/** `muster quota`: how much of what the account may have is used. */
export const quota = verb<object, []>({
  configure() {},
  examples: ['muster quota', 'muster quota --json'],
  async run(app) {
    const session = await app.connect();
    const answer = await session.instances.describeQuotas({ resourceNames: ['COMMAND', 'REGISTER_CODE'] });
    printList(app, {
      schema: GeneralResourceQuotaSetSchema,
      items: answer.generalResourceQuotaSet,
      names: { list: 'GeneralResourceQuotaSet' },
      none: 'no quotas',
      columns: [
        { heading: 'WHAT', cell: ({ resourceName }) => resourceName },
        { heading: 'USED', cell: ({ resourceQuotaUsed }) => String(resourceQuotaUsed) },
        { heading: 'OF', cell: ({ resourceQuotaTotal }) => String(resourceQuotaTotal) },
      ],
    });
    return undefined;
  },
});
