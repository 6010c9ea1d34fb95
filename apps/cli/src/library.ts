import { type Command, CreatedBy, type Scene } from '@muster/contract';
import { isId } from '@muster/kernel';
import { choose, type Selector } from './domain/selector.ts';
import { compileGlob } from './instances.ts';
import { isPublic } from './local-text.ts';
import { readPages } from './pages.ts';
import type { Session } from './session.ts';
import { nothingMatched, Stop } from './stop.ts';

/** The id of a command. An id is taken as it is, so that it works for callers who may use a command and not see it. */
export async function findCommandId(session: Session, idOrName: string): Promise<string> {
  return isId(idOrName, 'cmd') ? idOrName : (await findCommand(session, idOrName)).commandId;
}

/** A command at its latest version, by id or by name; the account's own before a public one of the same name. */
export async function findCommand(session: Session, idOrName: string): Promise<Command> {
  const answer = await session.commands.describeCommands(
    isId(idOrName, 'cmd') ? { commandIds: [idOrName] } : { filters: [{ name: 'command-name', values: [idOrName] }] },
  );
  const found = answer.commandSet.find(({ createdBy }) => createdBy !== CreatedBy.TAT) ?? answer.commandSet[0];
  if (!found) throw nothingMatched(`no command \`${idOrName}\``, '`muster command list` shows yours');
  return found;
}

/** A command of this account, by id or by name, to be changed; refuses a public one. */
export async function findOwnCommand(session: Session, idOrName: string): Promise<Command> {
  const command = await findCommand(session, idOrName);
  if (!isPublic(command)) return command;
  throw new Stop(`\`${command.commandName}\` belongs to the public library, which nobody can change`, {
    hint: `make one of your own of it: muster command show ${command.commandName} --content | muster command create NAME -f -`,
  });
}

/** The id of a command of this account, to be changed. An id is taken as it is. */
export async function findOwnCommandId(session: Session, idOrName: string): Promise<string> {
  return isId(idOrName, 'cmd') ? idOrName : (await findOwnCommand(session, idOrName)).commandId;
}

/** A command at one of its versions. */
export async function findVersion(session: Session, latest: Command, version: number): Promise<Command> {
  if (version === latest.version) return latest;
  const found = (await listVersions(session, latest.commandId)).find((each) => each.version === version);
  if (found) return found;
  throw nothingMatched(
    `command \`${latest.commandName}\` has no version ${version}`,
    `see: muster command versions ${latest.commandName}`,
  );
}

/** A condition of a list. */
export interface Filter {
  readonly name: string;
  readonly values: string[];
}

/** Every command that passes the filters. */
export async function listCommands(session: Session, filters: Filter[]): Promise<Command[]> {
  const { items } = await readPages(async (page) => {
    const answer = await session.commands.describeCommands({ filters, ...page });
    return { items: answer.commandSet, total: answer.totalCount };
  });
  return items;
}

/** The commands that selectors name; all of them when there are none. */
export function chooseCommands(commands: readonly Command[], selectors: readonly Selector[]): Command[] {
  if (selectors.length === 0) return [...commands];
  const named = commands.map((command) => ({ id: command.commandId, name: command.commandName, command }));
  const { chosen } = choose(named, selectors, compileGlob);
  if (chosen.length > 0) return chosen.map(({ command }) => command);
  throw nothingMatched(`no command matches ${selectors.map(({ pattern }) => `\`${pattern}\``).join(', ')}`);
}

/** Every scene of the public library. */
export async function listScenes(session: Session): Promise<Scene[]> {
  const { items } = await readPages(async (page) => {
    const answer = await session.commands.describeScenes(page);
    return { items: answer.sceneSet, total: answer.totalCount };
  });
  return items;
}

/** A scene, by id, or by its name in either language or how only that name begins; letters of both cases are the same. */
export async function findScene(session: Session, idOrName: string): Promise<Scene> {
  const wanted = idOrName.toLowerCase();
  const scenes = await listScenes(session);
  const texts = ({ sceneId, sceneName, sceneNameZh }: Scene) =>
    [sceneId, sceneName, sceneNameZh].map((each) => each.toLowerCase());
  const exact = scenes.filter((scene) => texts(scene).includes(wanted));
  const found =
    exact.length > 0 ? exact : scenes.filter((scene) => texts(scene).some((each) => each.startsWith(wanted)));
  if (found.length === 1) return found[0]!;
  if (found.length === 0) throw nothingMatched(`no scene \`${idOrName}\``, '`muster scene list` shows them');
  throw new Stop(`${found.length} scenes begin with \`${idOrName}\``, {
    hint: `say which: ${found.map((scene) => scene.sceneName).join(', ')}`,
  });
}

/** A command's versions, newest first. */
export async function listVersions(session: Session, commandId: string): Promise<Command[]> {
  const { items } = await readPages(async (page) => {
    const answer = await session.commands.describeCommandVersions({ commandId, ...page });
    return { items: answer.commandSet, total: answer.totalCount };
  });
  return items;
}
