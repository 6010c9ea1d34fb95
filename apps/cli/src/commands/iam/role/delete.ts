import { confirm } from '../../../confirm.ts';
import { roleNaming } from '../../../directory.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly yes?: boolean;
}

/** `muster iam role delete`: its sessions end at once. */
export const roleDelete = verb<Options, [role: string]>({
  configure(command) {
    command.argument('<role>', 'name or id').option('-y, --yes', 'do not ask');
  },
  examples: ['muster iam role delete deploy --yes'],
  async run(app, { yes }, nameOrId) {
    const session = await app.connect();
    if (!yes) await confirm(app, `Delete the role ${nameOrId} and end its sessions?`, 'nothing was deleted');
    await session.roles.deleteRole(roleNaming(nameOrId));
    if (app.json) app.printJson({ Role: nameOrId });
    else app.terminal.out.line(`deleted the role ${nameOrId}; its sessions have ended`);
    return undefined;
  },
});
