import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import {
  type Command,
  CommandSchema,
  CommandService,
  CommandType,
  CommandTypeSchema,
  CreatedBy,
  type Filter,
  type Tag,
} from '@muster/contract';
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
      const { commandId } = addCommand(library, {
        ...fields,
        workingDirectory: fields.workingDirectory || '/root',
        username: fields.username || 'root',
        ...(timeout === undefined ? {} : { timeout }),
      });
      return { commandId };
    },
    modifyCommand({ commandId, ...changes }) {
      const known = find(commandId);
      const { $typeName: _, $unknown: __, defaultParameterConfs, ...fields } = changes;
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      if (given.defaultParameters !== undefined || defaultParameterConfs.length > 0) {
        Object.assign(given, { defaultParameterConfs });
        given.defaultParameters ??= '';
      }
      library.commands.unshift(create(CommandSchema, { ...known, ...given, version: known.version + 1 }));
      return {};
    },
    deleteCommand({ commandId }) {
      remove(library, [find(commandId).commandId]);
      return {};
    },
    deleteCommands({ commandIds }) {
      remove(
        library,
        commandIds.map((id) => find(id).commandId),
      );
      return {};
    },
    restoreCommandVersion({ commandId, version }) {
      const known = find(commandId);
      const restored = library.commands.find((each) => each.commandId === commandId && each.version === version)!;
      if (restored === known) return { version };
      library.commands.unshift(create(CommandSchema, { ...restored, version: known.version + 1 }));
      return { version: known.version + 1 };
    },
    describeScenes({ limit = 20, offset }) {
      const { scenes } = library;
      return { totalCount: scenes.length, sceneSet: scenes.slice(offset, offset + limit) };
    },
    describeCommands({ commandIds, filters, limit = 20, offset }) {
      const found = latest()
        .filter((each) => commandIds.length === 0 || commandIds.includes(each.commandId))
        .filter((each) => filters.every((filter) => passes(each, filter)));
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

function remove(library: Library, ids: readonly string[]): void {
  library.commands.splice(0, Infinity, ...library.commands.filter(({ commandId }) => !ids.includes(commandId)));
}

function passes(command: Command, { name, values }: Filter): boolean {
  if (name === 'command-name') return values.includes(command.commandName);
  if (name === 'created-by') return values.includes(command.createdBy === CreatedBy.TAT ? 'TAT' : 'USER');
  if (name === 'command-type') return values.includes(CommandTypeSchema.value[command.commandType]!.localName);
  if (name === 'scene-id') return command.scenes.some((id) => values.includes(id));
  if (name === 'tag-key') return command.tags.some(({ key }) => values.includes(key));
  return command.tags.some(({ key, value }) => name === `tag:${key}` && values.includes(value));
}
