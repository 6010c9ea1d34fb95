import { findPolicyId } from '../../../directory.ts';
import { count } from '../../../option-values.ts';
import { verb } from '../../../verb.ts';

/** `muster iam policy set-default`: a version comes into force, for the next call. */
export const policySetDefault = verb<object, [policy: string, version: number]>({
  configure(command) {
    command.argument('<policy>', 'name or number').argument('<version>', 'its number', count);
  },
  examples: ['muster iam policy set-default run-on-all 1'],
  async run(app, _, nameOrId, versionId) {
    const session = await app.connect();
    const policyId = await findPolicyId(session, nameOrId);
    await session.policies.setDefaultPolicyVersion({ policyId, versionId });
    if (app.json) app.printJson({ PolicyId: policyId, VersionId: versionId });
    else app.terminal.out.line(`version ${versionId} of ${nameOrId} is in force`);
    return undefined;
  },
});
