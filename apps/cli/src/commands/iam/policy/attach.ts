import { findPolicyId, findUin } from '../../../directory.ts';
import type { Session } from '../../../session.ts';
import { type Verb, verb } from '../../../verb.ts';

/** `muster iam policy attach`: a user may do what a policy says. */
export const policyAttach = changing('attach', 'attached to', (session, policyId, attachUin) =>
  session.iam.attachUserPolicy({ policyId, attachUin }),
);

/** `muster iam policy detach`: the reverse. */
export const policyDetach = changing('detach', 'detached from', (session, policyId, detachUin) =>
  session.iam.detachUserPolicy({ policyId, detachUin }),
);

function changing(
  name: string,
  outcome: string,
  change: (session: Session, policyId: string, uin: string) => Promise<unknown>,
): Verb {
  return verb<object, [policy: string, user: string]>({
    configure(command) {
      command.argument('<policy>', 'name or number').argument('<user>', 'name or uin');
    },
    examples: [`muster iam policy ${name} run-on-all ana`],
    async run(app, _, policy, user) {
      const session = await app.connect();
      const policyId = await findPolicyId(session, policy);
      const uin = await findUin(session, user);
      await change(session, policyId, uin);
      if (app.json) app.printJson({ PolicyId: policyId, Uin: uin });
      else app.terminal.out.line(`${policy} is ${outcome} ${user}`);
      return undefined;
    },
  });
}
