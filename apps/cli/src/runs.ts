import type { Invocation, InvocationTask } from '@muster/contract';
import { isId } from '@muster/kernel';
import { choose, parseSelector, splitList } from './domain/selector.ts';
import { compileGlob } from './instances.ts';
import { readPages } from './pages.ts';
import type { Session } from './session.ts';
import { nothingMatched, Stop } from './stop.ts';

/** The id that `<id|last>` means; `last` is the newest run that the caller may see. */
export async function findInvocationId(session: Session, text: string): Promise<string> {
  if (isId(text, 'inv')) return text;
  if (text !== 'last')
    throw new Stop(`\`${text}\` is neither the id of a run (inv-…) nor \`last\``, { hint: '`muster ps` lists runs' });
  const { invocationSet } = await session.invocations.describeInvocations({ limit: 1 });
  const newest = invocationSet[0];
  if (!newest) throw nothingMatched('there is no run that you may see yet', "start one: muster run 'uptime' -t NAME");
  return newest.invocationId;
}

/** One run. */
export async function findInvocation(session: Session, text: string): Promise<Invocation> {
  const invocationId = await findInvocationId(session, text);
  const { invocationSet } = await session.invocations.describeInvocations({ invocationIds: [invocationId] });
  const found = invocationSet[0];
  if (!found) throw unknownRun(invocationId);
  return found;
}

/** All tasks of a run that the caller may see, in the order the service keeps them; at least one. */
export async function listTasks(session: Session, invocationId: string): Promise<InvocationTask[]> {
  const items = await listTasksWith(session, invocationId, []);
  if (items.length === 0) throw unknownRun(invocationId);
  return items;
}

/** Those that stand as one of the statuses says; all when none is given. */
export async function listTasksWith(
  session: Session,
  invocationId: string,
  statuses: readonly string[],
): Promise<InvocationTask[]> {
  const filters = [{ name: 'invocation-id', values: [invocationId] }];
  if (statuses.length > 0) filters.push({ name: 'task-status', values: [...statuses] });
  const { items } = await readPages(async (page) => {
    const answer = await session.invocations.describeInvocationTasks({ filters, ...page });
    return { items: answer.invocationTaskSet, total: answer.totalCount };
  });
  return items;
}

/** The tasks on machines that `-t` values name, as the run knows them; all when there are none. */
export function tasksOn(tasks: readonly InvocationTask[], values: readonly string[] | undefined): InvocationTask[] {
  if (!values) return [...tasks];
  const machines = tasks.map((task) => ({ id: task.instanceId, name: task.instanceName, task }));
  const { chosen, unmatched } = choose(machines, values.flatMap(splitList).map(parseSelector), compileGlob);
  if (unmatched.length > 0) {
    throw nothingMatched(`no instance of this run matches ${unmatched.map((each) => `\`${each}\``).join(', ')}`);
  }
  return chosen.map(({ task }) => task);
}

function unknownRun(invocationId: string): Stop {
  return nothingMatched(`no run \`${invocationId}\` that you may see`, '`muster ps` lists runs');
}
