import { findPolicyId } from './directory.ts';
import { attachPolicy, detachPolicy } from './iam-subject.ts';
import { type Verb, verb } from './verb.ts';

/** `muster iam group attach` and its like: a policy, custom or preset, for a group or a role. */
export function attaching(name: 'attach' | 'detach', kind: 'group' | 'role', example: string): Verb {
  return verb<object, [holder: string, policy: string]>({
    configure(command) {
      command
        .argument(`<${kind}>`, kind === 'role' ? 'name or id' : 'name or number')
        .argument('<policy>', 'name or number; presets have names too');
    },
    examples: [`muster iam ${kind} ${name} ${example} run-on-all`],
    async run(app, _, given, policy) {
      const session = await app.connect();
      const policyId = await findPolicyId(session, policy);
      await (name === 'attach' ? attachPolicy : detachPolicy)(session, policyId, { kind, given });
      if (app.json) app.printJson({ PolicyId: policyId, [kind === 'role' ? 'Role' : 'Group']: given });
      else app.terminal.out.line(`${policy} is ${name}ed ${name === 'attach' ? 'to' : 'from'} the ${kind} ${given}`);
      return undefined;
    },
  });
}
