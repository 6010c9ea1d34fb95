import { confirm } from '../../../confirm.ts';
import { findGroupId } from '../../../directory.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly yes?: boolean;
}

/** `muster iam group delete`: its members stay; what it gave them ends with their next call. */
export const groupDelete = verb<Options, [group: string]>({
  configure(command) {
    command.argument('<group>', 'name or number').option('-y, --yes', 'do not ask');
  },
  examples: ['muster iam group delete admins --yes'],
  async run(app, { yes }, nameOrId) {
    const session = await app.connect();
    const groupId = await findGroupId(session, nameOrId);
    if (!yes) await confirm(app, `Delete the group ${nameOrId}?`, 'nothing was deleted');
    await session.groups.deleteGroup({ groupId });
    if (app.json) app.printJson({ GroupId: groupId });
    else app.terminal.out.line(`deleted the group ${nameOrId}`);
    return undefined;
  },
});
