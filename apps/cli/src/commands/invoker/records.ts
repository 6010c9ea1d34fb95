import { type InvokerOutcome, InvokerOutcomeSchema, type InvokerRecord, InvokerRecordSchema } from '@muster/contract';
import { findInvokerId } from '../../invokers.ts';
import { count } from '../../option-values.ts';
import { printList } from '../../output/list.ts';
import { invocationColor } from '../../output/result-table.ts';
import { when } from '../../output/time.ts';
import { readPages } from '../../pages.ts';
import { invocationStatusName, tatName } from '../../tat-name.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly limit: number;
}

/** `muster invoker records`: what became of slots, newest first. */
export const invokerRecords = verb<Options, [invokers: string[]]>({
  configure(command) {
    command
      .argument('[invoker...]', 'ids or names; every invoker when none is given')
      .option('-n, --limit <number>', 'how many', count, 20);
  },
  examples: ['muster invoker records', 'muster invoker records nightly -n 100 --json'],
  async run(app, { limit }, idsOrNames) {
    const session = await app.connect();
    const invokerIds: string[] = [];
    for (const each of idsOrNames) invokerIds.push(await findInvokerId(session, each));
    const { items, total } = await readPages(async (page) => {
      const answer = await session.invokers.describeInvokerRecords({ invokerIds, ...page });
      return { items: answer.invokerRecordSet, total: answer.totalCount };
    }, limit);
    const now = Date.now();
    printList(app, {
      schema: InvokerRecordSchema,
      items,
      total,
      names: { list: 'InvokerRecordSet', total: 'TotalCount' },
      none: 'no slot has come yet',
      columns: [
        { heading: 'INVOKER', cell: ({ invokerId }) => invokerId },
        { heading: 'SLOT', cell: ({ scheduledTime, invokeTime }) => when(scheduledTime ?? invokeTime, now) },
        { heading: 'OUTCOME', cell: ({ outcome }) => outcomeName(outcome) },
        { heading: 'RUN', cell: ({ invocationId }) => invocationId },
        { heading: 'STATUS', cell: status, color: (record, colors) => invocationColor(status(record), colors) },
        { heading: 'WHY', cell: ({ reason }) => reason, flexible: true },
      ],
    });
    return undefined;
  },
});

function outcomeName(outcome: InvokerOutcome): string {
  return tatName(InvokerOutcomeSchema, outcome);
}

function status({ invocationId, result }: InvokerRecord): string {
  return invocationId === '' ? '' : invocationStatusName(result);
}
