import { confirm } from '../../confirm.ts';
import { findCommandId } from '../../library.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly yes?: boolean;
}

/** `muster command delete`: takes commands out of the library; the history of their runs stays. */
export const commandDelete = verb<Options, [commands: string[]]>({
  configure(command) {
    command.argument('<command...>', 'ids or names').option('-y, --yes', 'do not ask');
  },
  examples: ['muster command delete disk-report --yes'],
  async run(app, { yes }, idsOrNames) {
    const session = await app.connect();
    const commandIds: string[] = [];
    for (const each of idsOrNames) commandIds.push(await findCommandId(session, each));
    if (!yes) await confirm(app, `Delete ${idsOrNames.join(', ')} with all versions?`, 'nothing was deleted');
    for (const commandId of commandIds) {
      await session.commands.deleteCommand({ commandId });
      if (!app.json) app.terminal.out.line(`deleted ${commandId}`);
    }
    if (app.json) app.printJson({ CommandIds: commandIds });
    return undefined;
  },
});
