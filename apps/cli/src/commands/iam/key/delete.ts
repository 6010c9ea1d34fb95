import { confirm } from '../../../confirm.ts';
import { findUin } from '../../../directory.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly user?: string;
  readonly yes?: boolean;
}

/** `muster iam key delete`: deletes a key that is disabled. */
export const keyDelete = verb<Options, [id: string]>({
  configure(command) {
    command
      .argument('<id>', 'id of the key, AKID...')
      .option('--user <user>', 'whose, by name or uin; your own when not given')
      .option('-y, --yes', 'do not ask');
  },
  examples: ['muster iam key delete AKIDkey0 --user ana --yes'],
  async run(app, { user, yes }, accessKeyId) {
    const session = await app.connect();
    const targetUin = user === undefined ? '0' : await findUin(session, user);
    if (!yes) await confirm(app, `Delete the access key ${accessKeyId}?`, 'nothing was deleted');
    await session.iam.deleteAccessKey({ accessKeyId, targetUin });
    if (app.json) app.printJson({ AccessKeyId: accessKeyId });
    else app.terminal.out.line(`deleted ${accessKeyId}`);
    return undefined;
  },
});
