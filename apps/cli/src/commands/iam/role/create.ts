import { CreateRoleResponseSchema } from '@muster/contract';
import { collect, seconds } from '../../../option-values.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { Stop } from '../../../stop.ts';
import { tagsFrom } from '../../../tag-option.ts';
import { addTrustOptions, type TrustOptions, trustPolicy } from '../../../trust-policy.ts';
import { verb } from '../../../verb.ts';

interface Options extends TrustOptions {
  readonly description?: string;
  readonly sessionDuration?: number;
  readonly tag?: readonly string[];
}

/** `muster iam role create`: a role that may do nothing until a policy is attached. */
export const roleCreate = verb<Options, [name: string]>({
  configure(command) {
    addTrustOptions(command.argument('<name>', 'its name'));
    command
      .option('--description <text>', 'what it is for')
      .option('--session-duration <duration>', 'the longest a session may last, up to 12h; 2h when not given', seconds)
      .option('--tag <key=value>', 'a tag; repeatable', collect);
  },
  examples: [
    "muster iam role create auditor --trust-account own --description 'looks at everything'",
    'muster iam role create partner --trust-file trust.json --session-duration 1h --tag team=partner',
  ],
  async run(app, { description = '', sessionDuration = 0, tag, ...trust }, roleName) {
    const tags = tagsFrom(tag);
    const session = await app.connect();
    const policyDocument = await trustPolicy(app, session, trust);
    if (policyDocument === undefined) {
      throw new Stop('nobody could take the role on', { hint: 'give --trust-account own or --trust-file FILE' });
    }
    const answer = await session.roles.createRole({ roleName, policyDocument, description, sessionDuration, tags });
    if (app.json) app.printJson(toTatJson(CreateRoleResponseSchema, answer));
    else {
      app.terminal.out.line(answer.roleId);
      app.note(`it may do nothing yet; allow it something with: muster iam role attach ${roleName} POLICY`);
    }
    return undefined;
  },
});
