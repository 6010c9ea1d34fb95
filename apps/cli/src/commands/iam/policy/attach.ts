import { findPolicyId } from '../../../directory.ts';
import {
  addSubjectOptions,
  attachPolicy,
  chosenSubject,
  detachPolicy,
  type SubjectOptions,
} from '../../../iam-subject.ts';
import { type Verb, verb } from '../../../verb.ts';

/** `muster iam policy attach`: somebody may do what a policy says. */
export const policyAttach = changing('attach', 'attached to', attachPolicy);

/** `muster iam policy detach`: the reverse. */
export const policyDetach = changing('detach', 'detached from', detachPolicy);

const KINDS = ['user', 'group', 'role'] as const;

function changing(name: string, outcome: string, change: typeof attachPolicy): Verb {
  return verb<SubjectOptions, [policy: string, user: string | undefined]>({
    configure(command) {
      command.argument('<policy>', 'name or number; presets have names too').argument('[user]', 'name or uin');
      addSubjectOptions(command, ['group', 'role']);
    },
    examples: [
      `muster iam policy ${name} run-on-all ana`,
      `muster iam policy ${name} run-on-all --group admins`,
      `muster iam policy ${name} run-on-all --role deploy`,
    ],
    async run(app, options, policy, user) {
      const subject = chosenSubject({ ...options, ...(user === undefined ? {} : { user }) }, KINDS);
      const session = await app.connect();
      const policyId = await findPolicyId(session, policy);
      await change(session, policyId, subject);
      const { kind, given } = subject;
      if (app.json) app.printJson({ PolicyId: policyId, [kind.charAt(0).toUpperCase() + kind.slice(1)]: given });
      else app.terminal.out.line(`${policy} is ${outcome} ${kind === 'user' ? '' : `the ${kind} `}${given}`);
      return undefined;
    },
  });
}
