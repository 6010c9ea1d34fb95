import { confirm } from '../../../confirm.ts';
import { listCollaborators } from '../../../directory.ts';
import type { Session } from '../../../session.ts';
import { nothingMatched } from '../../../stop.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly yes?: boolean;
}

/** `muster iam collaborator remove`: it may not act here any more, at once. */
export const collaboratorRemove = verb<Options, [collaborator: string]>({
  configure(command) {
    command.argument('<collaborator>', 'name or uin').option('-y, --yes', 'do not ask');
  },
  examples: ['muster iam collaborator remove agency --yes'],
  async run(app, { yes }, nameOrUin) {
    const session = await app.connect();
    const uin = await findCollaborator(session, nameOrUin);
    if (!yes) await confirm(app, `Take the invitation of ${nameOrUin} back?`, 'nothing was changed');
    await session.accounts.removeCollaborator({ uin });
    if (app.json) app.printJson({ Uin: uin });
    else app.terminal.out.line(`${nameOrUin} may not act in this account any more`);
    return undefined;
  },
});

async function findCollaborator(session: Session, nameOrUin: string): Promise<string> {
  if (/^\d{1,20}$/.test(nameOrUin)) return nameOrUin;
  const found = (await listCollaborators(session)).find(({ name }) => name === nameOrUin);
  if (!found) throw nothingMatched(`no collaborator \`${nameOrUin}\``, '`muster iam collaborator list` shows them');
  return found.uin;
}
