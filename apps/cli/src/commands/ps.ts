import { timestampMs } from '@bufbuild/protobuf/wkt';
import { type Invocation, InvocationSchema } from '@muster/contract';
import { formatDuration } from '../domain/duration.ts';
import { tally } from '../domain/outcome.ts';
import { scriptInBrief } from '../domain/script-in-brief.ts';
import { findCommandId } from '../library.ts';
import { count } from '../option-values.ts';
import { printList } from '../output/list.ts';
import { invocationColor } from '../output/result-table.ts';
import { ago } from '../output/time.ts';
import { readPages } from '../pages.ts';
import { invocationStatusName, taskStatusName } from '../tat-name.ts';
import { verb } from '../verb.ts';

interface Options {
  readonly limit: number;
  readonly command?: string;
}

/** `muster ps`: the newest runs. */
export const ps = verb<Options, []>({
  configure(command) {
    command
      .option('-n, --limit <number>', 'how many', count, 20)
      .option('--command <command>', 'only runs of this stored command, by id or name');
  },
  examples: ['muster ps', 'muster ps -n 100', 'muster ps --command disk-report --json'],
  async run(app, options) {
    const session = await app.connect();
    const filters = options.command
      ? [{ name: 'command-id', values: [await findCommandId(session, options.command)] }]
      : [];
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

/** Of a large run only the first tasks are in the list. */
function done({ invocationTaskBasicInfoSet, taskCount }: Invocation): string {
  const counts = tally(invocationTaskBasicInfoSet.map(({ taskStatus }) => taskStatusName(taskStatus)));
  if (taskCount > counts.total) return `of ${taskCount}`;
  return `${counts.done}/${counts.total}${counts.failed > 0 ? `, ${counts.failed} failed` : ''}`;
}

function took({ createdTime, endTime }: Invocation): string {
  return createdTime && endTime ? formatDuration(timestampMs(endTime) - timestampMs(createdTime)) : '';
}
