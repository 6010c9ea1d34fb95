import { confirm } from '../../confirm.ts';
import { findOwnCommandId } from '../../library.ts';
import { chunks } from '../../pages.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly yes?: boolean;
}

/** `muster command delete`: takes commands out of the library, all of them or none; the history of their runs stays. */
export const commandDelete = verb<Options, [commands: string[]]>({
  configure(command) {
    command.argument('<command...>', 'ids or names').option('-y, --yes', 'do not ask');
  },
  examples: ['muster command delete disk-report --yes', 'muster command delete disk-report backup --yes'],
  async run(app, { yes }, idsOrNames) {
    const session = await app.connect();
    const found = new Set<string>();
    for (const each of idsOrNames) found.add(await findOwnCommandId(session, each));
    const commandIds = [...found];
    if (!yes) await confirm(app, `Delete ${idsOrNames.join(', ')} with all versions?`, 'nothing was deleted');
    // one is DeleteCommand, so that whoever may only do that can
    if (commandIds.length === 1) await session.commands.deleteCommand({ commandId: commandIds[0]! });
    else for (const ids of chunks(commandIds)) await session.commands.deleteCommands({ commandIds: ids });
    if (app.json) app.printJson({ CommandIds: commandIds });
    else for (const commandId of commandIds) app.terminal.out.line(`deleted ${commandId}`);
    return undefined;
  },
});
