import { timestampMs } from '@bufbuild/protobuf/wkt';
import { type Invoker, InvokerSchema } from '@muster/contract';
import { formatDuration } from '../../domain/duration.ts';
import { listInvokers } from '../../invokers.ts';
import { findCommandId } from '../../library.ts';
import { collect } from '../../option-values.ts';
import { scheduleWords, whereWords } from '../../output/invoker-words.ts';
import { printList } from '../../output/list.ts';
import { tagFiltersFrom } from '../../tag-option.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly command?: string;
  readonly tag?: readonly string[];
}

/** `muster invoker list`: schedules. */
export const invokerList = verb<Options, []>({
  configure(command) {
    command
      .option('--command <command>', 'only those that run this stored command, by id or name')
      .option('--tag <key=value>', 'only with this tag, or key=a,b for one of several values; repeatable', collect);
  },
  examples: [
    'muster invoker list',
    'muster invoker list --command disk-report --json',
    'muster invoker list --tag team=ops',
  ],
  async run(app, { command, tag }) {
    const tagFilters = tagFiltersFrom(tag);
    const session = await app.connect();
    const commandFilter =
      command === undefined ? [] : [{ name: 'command-id', values: [await findCommandId(session, command)] }];
    const items = await listInvokers(session, [...commandFilter, ...tagFilters]);
    const now = Date.now();
    printList(app, {
      schema: InvokerSchema,
      items,
      names: { list: 'InvokerSet', total: 'TotalCount' },
      none: 'no invokers to show; make one with: muster invoker create NAME --command COMMAND --cron FIELDS --all',
      columns: [
        { heading: 'NAME', cell: ({ name }) => name },
        { heading: 'ID', cell: ({ invokerId }) => invokerId, color: (_, colors) => colors.dim },
        { heading: 'COMMAND', cell: ({ commandId }) => commandId },
        { heading: 'WHEN', cell: ({ scheduleSettings }) => (scheduleSettings ? scheduleWords(scheduleSettings) : '') },
        {
          heading: 'NEXT',
          cell: (invoker) => next(invoker, now),
          color: ({ enable }, colors) => (enable ? colors.green : colors.yellow),
        },
        { heading: 'WHERE', cell: whereWords, flexible: true },
      ],
    });
    return undefined;
  },
});

function next({ enable, nextInvokeTimes: [first] }: Invoker, now: number): string {
  if (!enable) return 'disabled';
  return first ? `in ${formatDuration(timestampMs(first) - now)}` : 'never';
}
