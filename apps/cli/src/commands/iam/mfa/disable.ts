import { confirm } from '../../../confirm.ts';
import { findUin } from '../../../directory.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly user?: string;
  readonly yes?: boolean;
}

/** `muster iam mfa disable`: takes the authenticator away, also from somebody who lost theirs. */
export const mfaDisable = verb<Options, []>({
  configure(command) {
    command.option('--user <user>', 'whose, by name or uin; your own when not given').option('-y, --yes', 'do not ask');
  },
  examples: ['muster iam mfa disable --yes', 'muster iam mfa disable --user ana --yes'],
  async run(app, { user, yes }) {
    const session = await app.connect();
    const targetUin = user === undefined ? '0' : await findUin(session, user);
    const whose = user === undefined ? 'your authenticator' : `the authenticator of ${user}`;
    if (!yes) await confirm(app, `Take ${whose} away?`, 'nothing was changed');
    await session.iam.deleteMfaDevice({ targetUin });
    if (app.json) app.printJson({ MfaEnabled: false });
    else app.terminal.out.line(`took ${whose} away`);
    return undefined;
  },
});
