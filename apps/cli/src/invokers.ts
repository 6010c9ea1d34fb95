import type { Invoker } from '@muster/contract';
import { isId } from '@muster/kernel';
import { readPages } from './pages.ts';
import type { Session } from './session.ts';
import { nothingMatched, Stop } from './stop.ts';

/** Every invoker that the caller may see and that passes the filters, newest first. */
export async function listInvokers(
  session: Session,
  filters: { name: string; values: string[] }[] = [],
): Promise<Invoker[]> {
  const { items } = await readPages(async (page) => {
    const answer = await session.invokers.describeInvokers({ filters, ...page });
    return { items: answer.invokerSet, total: answer.totalCount };
  });
  return items;
}

/** The id of an invoker. An id is taken as it is, so that it works for callers who may use an invoker and not see it. */
export async function findInvokerId(session: Session, idOrName: string): Promise<string> {
  return isId(idOrName, 'ivk') ? idOrName : (await findInvoker(session, idOrName)).invokerId;
}

/** An invoker by id or by name; refuses a name that several have. */
export async function findInvoker(session: Session, idOrName: string): Promise<Invoker> {
  const found = isId(idOrName, 'ivk')
    ? (await session.invokers.describeInvokers({ invokerIds: [idOrName] })).invokerSet
    : (await listInvokers(session)).filter(({ name }) => name === idOrName);
  if (found.length > 1) {
    const ids = found.map(({ invokerId }) => invokerId).join(', ');
    throw new Stop(`${found.length} invokers are called \`${idOrName}\``, { hint: `say which: ${ids}` });
  }
  const [invoker] = found;
  if (!invoker) throw nothingMatched(`no invoker \`${idOrName}\``, '`muster invoker list` shows yours');
  return invoker;
}
