import { COMMAND_LIST, commandColumns } from '../../command-options.ts';
import { findCommandId, listVersions } from '../../library.ts';
import { printList } from '../../output/list.ts';
import { verb } from '../../verb.ts';

/** `muster command versions`: every version of one command, newest first. */
export const commandVersions = verb<object, [command: string]>({
  configure(command) {
    command.argument('<command>', 'id or name');
  },
  examples: ['muster command versions disk-report', 'muster command versions disk-report --json'],
  async run(app, _, idOrName) {
    const session = await app.connect();
    const items = await listVersions(session, await findCommandId(session, idOrName));
    printList(app, {
      ...COMMAND_LIST,
      items,
      none: 'no versions to show',
      columns: commandColumns(app.config.language),
    });
    return undefined;
  },
});
