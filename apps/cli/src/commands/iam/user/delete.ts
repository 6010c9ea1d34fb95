import { confirm } from '../../../confirm.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly force?: boolean;
  readonly yes?: boolean;
}

/** `muster iam user delete`: its tokens end at once. */
export const userDelete = verb<Options, [name: string]>({
  configure(command) {
    command
      .argument('<name>', 'its name')
      .option('--force', 'delete its access keys too')
      .option('-y, --yes', 'do not ask');
  },
  examples: ['muster iam user delete ana --force --yes'],
  async run(app, { force, yes }, name) {
    const session = await app.connect();
    if (!yes) await confirm(app, `Delete the user ${name}?`, 'nothing was deleted');
    await session.iam.deleteUser({ name, force: force === true });
    if (app.json) app.printJson({ Name: name });
    else app.terminal.out.line(`deleted the user ${name}`);
    return undefined;
  },
});
