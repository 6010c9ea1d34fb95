import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import { type Command, CommandSchema, CommandService, CommandType, CreatedBy, type Tag } from '@muster/contract';
import { newId, notFound } from '@muster/kernel';
import type { Library, World } from './world.ts';

/** Puts a command into the library. */
export function addCommand(library: Library, init: Partial<Command>): Command {
  const command = create(CommandSchema, {
    commandId: newId('cmd'),
    commandType: CommandType.SHELL,
    timeout: 60,
    username: 'root',
    workingDirectory: '/root',
    version: 1,
    createdBy: CreatedBy.USER,
    createdTime: timestampFromMs(Date.UTC(2026, 0, 2)),
    updatedTime: timestampFromMs(Date.UTC(2026, 0, 2)),
    ...(init as object),
  });
  library.commands.unshift(command);
  return command;
}

/** The tags a resource has once it got these. */
export function tagged(tags: readonly Tag[], more: readonly Tag[]): Tag[] {
  return [...tags.filter(({ key }) => !more.some((tag) => tag.key === key)), ...more];
}

/** Plays CommandService. */
export function commandRoutes(router: ConnectRouter, { library }: World): void {
  const latest = () =>
    [...new Map([...library.commands].reverse().map((each) => [each.commandId, each])).values()].reverse();
  const find = (id: string) => {
    const found = latest().find(({ commandId }) => commandId === id);
    if (!found) throw notFound('ResourceNotFound.CommandNotFound', 'command', id);
    return found;
  };
  router.service(CommandService, {
    createCommand({ timeout, ...request }) {
      const { $typeName: _, $unknown: __, ...fields } = request;
      const { commandId } = addCommand(library, { ...fields, ...(timeout === undefined ? {} : { timeout }) });
      return { commandId };
    },
    modifyCommand({ commandId, ...changes }) {
      const known = find(commandId);
      const { $typeName: _, $unknown: __, defaultParameterConfs: ___, ...fields } = changes;
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      library.commands.unshift(create(CommandSchema, { ...known, ...given, version: known.version + 1 }));
      return {};
    },
    deleteCommand({ commandId }) {
      find(commandId);
      library.commands.splice(0, Infinity, ...library.commands.filter((each) => each.commandId !== commandId));
      return {};
    },
    describeCommands({ commandIds, filters, limit = 20, offset }) {
      const names = filters.find(({ name }) => name === 'command-name')?.values;
      const found = latest()
        .filter((each) => commandIds.length === 0 || commandIds.includes(each.commandId))
        .filter((each) => !names || names.includes(each.commandName));
      return { totalCount: found.length, commandSet: found.slice(offset, offset + limit) };
    },
    tagCommands({ commandIds, tags }) {
      for (const id of commandIds) find(id).tags = tagged(find(id).tags, tags);
      return {};
    },
    untagCommands({ commandIds, tagKeys }) {
      for (const id of commandIds) find(id).tags = find(id).tags.filter(({ key }) => !tagKeys.includes(key));
      return {};
    },
    describeCommandVersions({ commandId, limit = 20, offset }) {
      const found = library.commands.filter((each) => each.commandId === commandId);
      return { totalCount: found.length, commandSet: found.slice(offset, offset + limit) };
    },
    previewReplacedCommandContent({ commandId, content, parameters }) {
      const command = commandId === '' ? undefined : find(commandId);
      const values = { ...JSON.parse(command?.defaultParameters || '{}'), ...JSON.parse(parameters || '{}') };
      const script = Buffer.from(command?.content ?? content).toString();
      const replaced = script.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => values[key] ?? whole);
      return { replacedContent: Buffer.from(replaced) };
    },
  });
}
