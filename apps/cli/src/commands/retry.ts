import { type InvocationTask, TaskStatus } from '@muster/contract';
import { instances } from '../domain/summary.ts';
import { collect, statusWords } from '../option-values.ts';
import { addMakeOptions, type MakeOptions } from '../run-options.ts';
import { findInvocationId, listTasks, tasksOn } from '../runs.ts';
import type { Session } from '../session.ts';
import { askForRun, CONFIRM_ABOVE, makeAndFollow, mayAsk } from '../start-run.ts';
import { nothingMatched, Stop } from '../stop.ts';
import { taskStatusName } from '../tat-name.ts';
import { verb } from '../verb.ts';
import { offlineFields } from '../where-options.ts';

/** How a task may have ended that can be run again. */
const STATUSES = {
  FAILED: TaskStatus.FAILED,
  START_FAILED: TaskStatus.START_FAILED,
  TIMEOUT: TaskStatus.TIMEOUT,
  TASK_TIMEOUT: TaskStatus.TASK_TIMEOUT,
  CANCELLED: TaskStatus.CANCELLED,
  TERMINATED: TaskStatus.TERMINATED,
  DELIVER_FAILED: TaskStatus.DELIVER_FAILED,
} as const;

type Word = keyof typeof STATUSES;

interface Options extends MakeOptions {
  readonly failed?: boolean;
  readonly status?: readonly string[];
  readonly on?: readonly string[];
}

/** `muster retry`: a run again, as it was stored, where it did not succeed. */
export const retry = verb<Options, [run: string]>({
  configure(command) {
    command
      .argument('<run>', 'id of a run, or `last`')
      .option('--failed', 'wherever it did not succeed, for whatever reason; so it is without --status too')
      .option(
        '--status <status>',
        `only where it ended like this: ${Object.keys(STATUSES).join(', ')}; commas, repeatable`,
        collect,
      )
      .option('--on <instances>', 'only on these instances of the run: names, ids, globs; repeatable', collect);
    addMakeOptions(command);
  },
  examples: [
    'muster retry last --failed',
    'muster retry last --status timeout,deliver_failed --offline wait',
    "muster retry last --on 'web-*' --detach",
  ],
  async run(app, options, text) {
    const offline = offlineFields(options);
    const statuses = statusesFrom(options);
    const session = await app.connect();
    const invocationId = await findInvocationId(session, text);
    const chosen =
      options.on || mayAsk(app, options) ? await retryable(session, invocationId, options.on, statuses) : undefined;
    if (chosen && chosen.length > CONFIRM_ABOVE && mayAsk(app, options)) {
      await askForRun(app, `again on ${instances(chosen.length)}`);
    }
    return makeAndFollow({ app, session }, options, () =>
      session.invocations.retryInvocation({
        invocationId,
        instanceIds: options.on ? (chosen ?? []).map(({ instanceId }) => instanceId) : [],
        taskStatuses: statuses.map((status) => STATUSES[status]),
        clientToken: options.clientToken ?? '',
        ...offline,
      }),
    );
  },
});

function statusesFrom({ failed, status = [] }: Options): Word[] {
  if (failed && status.length > 0) throw new Stop('--failed means every status that --status could name: give one');
  return statusWords(status).map((word) => {
    if (word in STATUSES) return word as Word;
    throw new Stop(`\`${word}\` is no status to retry`, { hint: `one of ${Object.keys(STATUSES).join(', ')}` });
  });
}

/** The tasks of a run that ended like one of `statuses`, every bad end when there are none, on the machines that were named. */
async function retryable(
  session: Session,
  invocationId: string,
  on: readonly string[] | undefined,
  statuses: readonly Word[],
): Promise<InvocationTask[]> {
  const wanted = new Set<string>(statuses.length > 0 ? statuses : Object.keys(STATUSES));
  const tasks = tasksOn(await listTasks(session, invocationId), on);
  const found = tasks.filter(({ taskStatus }) => wanted.has(taskStatusName(taskStatus)));
  if (found.length === 0) {
    throw nothingMatched(
      `${invocationId} has nothing to retry${on ? ' on those instances' : ''}`,
      `see: muster show ${invocationId}`,
    );
  }
  return found;
}
