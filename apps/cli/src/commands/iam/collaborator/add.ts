import { verb } from '../../../verb.ts';

interface Options {
  readonly name: string;
  readonly remark?: string;
}

/** `muster iam collaborator add`: a user of another account may act here, with what is attached to it here. */
export const collaboratorAdd = verb<Options, [uin: string]>({
  configure(command) {
    command
      .argument('<uin>', 'its uin in its own account')
      .requiredOption('--name <name>', 'what it is called here')
      .option('--remark <text>', 'who it is');
  },
  examples: ["muster iam collaborator add 300001 --name partner --remark 'of the agency'"],
  async run(app, { name, remark = '' }, uin) {
    const session = await app.connect();
    await session.accounts.addCollaborator({ uin, name, remark });
    if (app.json) app.printJson({ Uin: uin });
    else {
      app.terminal.out.line(`${name} (${uin}) may act in this account`);
      app.note(`it may do nothing yet; allow it something with: muster iam policy attach POLICY ${uin}`);
    }
    return undefined;
  },
});
