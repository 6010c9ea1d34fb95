import { findOwnCommand } from '../../library.ts';
import { count } from '../../option-values.ts';
import { verb } from '../../verb.ts';

/** `muster command restore`: makes an earlier version the latest again, as a new version. */
export const commandRestore = verb<object, [command: string, version: number]>({
  configure(command) {
    command.argument('<command>', 'id or name').argument('<version>', 'number of the version to restore', count);
  },
  examples: ['muster command restore disk-report 1'],
  async run(app, _, idOrName, version) {
    const session = await app.connect();
    const command = await findOwnCommand(session, idOrName);
    const { commandId } = command;
    const made = await session.commands.restoreCommandVersion({ commandId, version });
    if (app.json) app.printJson({ CommandId: commandId, Version: made.version });
    else if (made.version === command.version) app.terminal.out.line(`${idOrName} is as in version ${version} already`);
    else app.terminal.out.line(`${idOrName} is at version ${made.version}, which is version ${version} again`);
    return undefined;
  },
});
