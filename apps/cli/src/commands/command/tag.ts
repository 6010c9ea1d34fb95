import { findOwnCommandId } from '../../library.ts';
import { tagsFrom } from '../../tag-option.ts';
import { verb } from '../../verb.ts';

/** `muster command tag`: tags that policies can ask for as `qcs:resource_tag`; they are no part of a version. */
export const commandTag = verb<object, [command: string, tags: string[]]>({
  configure(command) {
    command.argument('<command>', 'id or name').argument('<key=value...>', 'a key that is there gets the new value');
  },
  examples: ['muster command tag disk-report team=ops stage=prod'],
  async run(app, _, idOrName, texts) {
    const tags = tagsFrom(texts);
    const session = await app.connect();
    const commandId = await findOwnCommandId(session, idOrName);
    await session.commands.tagCommands({ commandIds: [commandId], tags });
    if (app.json) app.printJson({ CommandId: commandId });
    else app.terminal.out.line(`tagged ${idOrName}`);
    return undefined;
  },
});

/** `muster command untag`: takes tags away; those that are not there do not matter. */
export const commandUntag = verb<object, [command: string, keys: string[]]>({
  configure(command) {
    command.argument('<command>', 'id or name').argument('<key...>', 'keys of tags');
  },
  examples: ['muster command untag disk-report team'],
  async run(app, _, idOrName, tagKeys) {
    const session = await app.connect();
    const commandId = await findOwnCommandId(session, idOrName);
    await session.commands.untagCommands({ commandIds: [commandId], tagKeys });
    if (app.json) app.printJson({ CommandId: commandId });
    else app.terminal.out.line(`took ${tagKeys.join(', ')} from ${idOrName}`);
    return undefined;
  },
});
