import { roleNaming } from '../../../directory.ts';
import { seconds } from '../../../option-values.ts';
import { Stop } from '../../../stop.ts';
import { addTrustOptions, type TrustOptions, trustPolicy } from '../../../trust-policy.ts';
import { verb } from '../../../verb.ts';

interface Options extends TrustOptions {
  readonly description?: string;
  readonly sessionDuration?: number;
}

/** `muster iam role update`: who may take it on, and for how long; sessions that are open stay. */
export const roleUpdate = verb<Options, [role: string]>({
  configure(command) {
    addTrustOptions(command.argument('<role>', 'name or id'));
    command
      .option('--description <text>', 'what it is for')
      .option('--session-duration <duration>', 'the longest a session may last, up to 12h', seconds);
  },
  examples: [
    'muster iam role update deploy --session-duration 30m',
    'muster iam role update deploy --trust-account 100000000001',
  ],
  async run(app, { description, sessionDuration, ...trust }, nameOrId) {
    const session = await app.connect();
    const policyDocument = await trustPolicy(app, session, trust);
    if (policyDocument === undefined && description === undefined && sessionDuration === undefined) {
      const hint = 'give --trust-account UIN, --trust-file FILE, --description TEXT or --session-duration DURATION';
      throw new Stop('nothing to change', { hint });
    }
    const role = roleNaming(nameOrId);
    if (policyDocument !== undefined) await session.roles.updateAssumeRolePolicy({ ...role, policyDocument });
    if (description !== undefined) await session.roles.updateRoleDescription({ ...role, description });
    if (sessionDuration !== undefined) await session.roles.updateRoleSessionDuration({ ...role, sessionDuration });
    if (app.json) app.printJson({ Role: nameOrId });
    else app.terminal.out.line(`changed the role ${nameOrId}`);
    return undefined;
  },
});
