import { timestampMs } from '@bufbuild/protobuf/wkt';
import { type Invocation, InvocationSchema } from '@muster/contract';
import { formatDuration } from '../domain/duration.ts';
import { tally } from '../domain/outcome.ts';
import { scriptInBrief } from '../domain/script-in-brief.ts';
import { findInvokerId } from '../invokers.ts';
import { type Filter, findCommandId } from '../library.ts';
import { collect, count, statusWords } from '../option-values.ts';
import { printList } from '../output/list.ts';
import { invocationColor } from '../output/result-table.ts';
import { ago } from '../output/time.ts';
import { readPages } from '../pages.ts';
import { findInvocationId } from '../runs.ts';
import type { Session } from '../session.ts';
import { invocationStatusName, taskStatusName } from '../tat-name.ts';
import { verb } from '../verb.ts';

interface Options {
  readonly limit: number;
  readonly command?: string;
  readonly status?: readonly string[];
  readonly invoker?: string;
  readonly againOf?: string;
}

/** `muster ps`: the newest runs. */
export const ps = verb<Options, []>({
  configure(command) {
    command
      .option('-n, --limit <number>', 'how many', count, 20)
      .option('--command <command>', 'only runs of this stored command, by id or name')
      .option('--status <status>', 'only runs that stand like this, such as PARTIAL_FAILED; repeatable', collect)
      .option('--invoker <invoker>', 'only runs that this schedule made, by id or name')
      .option('--again-of <run>', 'only runs that `muster retry` made of this one');
  },
  examples: [
    'muster ps',
    'muster ps -n 100',
    'muster ps --command disk-report --json',
    'muster ps --status failed,partial_failed',
    'muster ps --invoker nightly',
    'muster ps --again-of last',
  ],
  async run(app, options) {
    const session = await app.connect();
    const filters = await filtersOf(session, options);
    const { items, total } = await readPages(async (page) => {
      const answer = await session.invocations.describeInvocations({ filters, ...page });
      return { items: answer.invocationSet, total: answer.totalCount };
    }, options.limit);
    const now = Date.now();
    printList(app, {
      schema: InvocationSchema,
      items,
      total,
      names: { list: 'InvocationSet', total: 'TotalCount' },
      none: "no runs to show; start one with: muster run 'uptime' -t NAME",
      columns: [
        { heading: 'RUN', cell: ({ invocationId }) => invocationId },
        {
          heading: 'COMMAND',
          cell: ({ commandName, commandContent }) => commandName || scriptInBrief(commandContent),
          flexible: true,
        },
        {
          heading: 'STATUS',
          cell: ({ invocationStatus }) => invocationStatusName(invocationStatus),
          color: ({ invocationStatus }, colors) => invocationColor(invocationStatusName(invocationStatus), colors),
        },
        { heading: 'DONE', cell: done },
        { heading: 'STARTED', cell: ({ createdTime }) => ago(createdTime, now) },
        { heading: 'TOOK', cell: took },
        { heading: 'BY', cell: ({ uin }) => uin, color: (_, colors) => colors.dim },
      ],
    });
    return undefined;
  },
});

async function filtersOf(session: Session, { command, status, invoker, againOf }: Options): Promise<Filter[]> {
  return [
    ...(command === undefined ? [] : [{ name: 'command-id', values: [await findCommandId(session, command)] }]),
    ...(status === undefined ? [] : [{ name: 'invocation-status', values: statusWords(status) }]),
    ...(invoker === undefined ? [] : [{ name: 'invoker-id', values: [await findInvokerId(session, invoker)] }]),
    ...(againOf === undefined
      ? []
      : [{ name: 'parent-invocation-id', values: [await findInvocationId(session, againOf)] }]),
  ];
}

/** Of a large run only the first tasks are in the list. */
function done({ invocationTaskBasicInfoSet, taskCount }: Invocation): string {
  const counts = tally(invocationTaskBasicInfoSet.map(({ taskStatus }) => taskStatusName(taskStatus)));
  if (taskCount > counts.total) return `of ${taskCount}`;
  return `${counts.done}/${counts.total}${counts.failed > 0 ? `, ${counts.failed} failed` : ''}`;
}

function took({ createdTime, endTime }: Invocation): string {
  return createdTime && endTime ? formatDuration(timestampMs(endTime) - timestampMs(createdTime)) : '';
}
