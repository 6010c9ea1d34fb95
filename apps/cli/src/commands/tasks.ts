import { type InvocationTask, InvocationTaskSchema } from '@muster/contract';
import { matchTargets } from '../choose-targets.ts';
import { formatDuration } from '../domain/duration.ts';
import { type Filter, findCommandId } from '../library.ts';
import { collect, count, statusWords } from '../option-values.ts';
import { printList } from '../output/list.ts';
import { statusColor } from '../output/result-table.ts';
import { ago } from '../output/time.ts';
import { readPages } from '../pages.ts';
import { toTaskView } from '../run-ledger.ts';
import type { Session } from '../session.ts';
import { taskStatusName } from '../tat-name.ts';
import { verb } from '../verb.ts';

interface Options {
  readonly limit: number;
  readonly target?: readonly string[];
  readonly command?: string;
  readonly status?: readonly string[];
}

/** `muster tasks`: runs machine by machine, whichever run they belong to. */
export const tasks = verb<Options, []>({
  configure(command) {
    command
      .option('-n, --limit <number>', 'how many', count, 20)
      .option('-t, --target <instances>', "only on these: names, ids, globs such as 'web-*'; five at most", collect)
      .option('--command <command>', 'only of this stored command, by id or name')
      .option('--status <status>', 'only where it stands like this, such as FAILED; repeatable', collect);
  },
  examples: [
    'muster tasks',
    'muster tasks -t web-1 -n 50',
    'muster tasks --status failed,timeout --command disk-report --json',
  ],
  async run(app, options) {
    const session = await app.connect();
    const filters = await filtersOf(session, options);
    const { items, total } = await readPages(async (page) => {
      const answer = await session.invocations.describeInvocationTasks({ filters, ...page });
      return { items: answer.invocationTaskSet, total: answer.totalCount };
    }, options.limit);
    const now = Date.now();
    printList(app, {
      schema: InvocationTaskSchema,
      items,
      total,
      names: { list: 'InvocationTaskSet', total: 'TotalCount' },
      none: 'no tasks to show',
      columns: [
        { heading: 'TASK', cell: ({ invocationTaskId }) => invocationTaskId },
        { heading: 'RUN', cell: ({ invocationId }) => invocationId, color: (_, colors) => colors.dim },
        { heading: 'INSTANCE', cell: ({ instanceName, instanceId }) => instanceName || instanceId },
        { heading: 'COMMAND', cell: ({ commandName }) => commandName, flexible: true },
        {
          heading: 'STATUS',
          cell: ({ taskStatus }) => taskStatusName(taskStatus),
          color: ({ taskStatus }, colors) => statusColor(taskStatusName(taskStatus), colors),
        },
        { heading: 'STARTED', cell: ({ createdTime }) => ago(createdTime, now) },
        { heading: 'TOOK', cell: took },
        { heading: 'REASON', cell: (task) => toTaskView(task).reason, flexible: true },
      ],
    });
    return undefined;
  },
});

async function filtersOf(session: Session, { target, command, status }: Options): Promise<Filter[]> {
  const machines = target ? await matchTargets(session, target) : [];
  return [
    ...(target ? [{ name: 'instance-id', values: machines.map(({ id }) => id) }] : []),
    ...(command === undefined ? [] : [{ name: 'command-id', values: [await findCommandId(session, command)] }]),
    ...(status === undefined ? [] : [{ name: 'task-status', values: statusWords(status) }]),
  ];
}

function took(task: InvocationTask): string {
  const { durationMs } = toTaskView(task);
  return durationMs === undefined ? '' : formatDuration(durationMs);
}
