import type { Command } from '@muster/contract';
import { isId } from '@muster/kernel';
import { readPages } from './pages.ts';
import type { Session } from './session.ts';
import { nothingMatched } from './stop.ts';

/** The id of a command. An id is taken as it is, so that it works for callers who may use a command and not see it. */
export async function findCommandId(session: Session, idOrName: string): Promise<string> {
  return isId(idOrName, 'cmd') ? idOrName : (await findCommand(session, idOrName)).commandId;
}

/** A command at its latest version, by id or by name. */
export async function findCommand(session: Session, idOrName: string): Promise<Command> {
  const answer = await session.commands.describeCommands(
    isId(idOrName, 'cmd') ? { commandIds: [idOrName] } : { filters: [{ name: 'command-name', values: [idOrName] }] },
  );
  const found = answer.commandSet[0];
  if (!found) throw nothingMatched(`no command \`${idOrName}\``, '`muster command list` shows yours');
  return found;
}

/** A command's versions, newest first. */
export async function listVersions(session: Session, commandId: string): Promise<Command[]> {
  const { items } = await readPages(async (page) => {
    const answer = await session.commands.describeCommandVersions({ commandId, ...page });
    return { items: answer.commandSet, total: answer.totalCount };
  });
  return items;
}
