import { findPolicyId } from '../../../directory.ts';
import { count } from '../../../option-values.ts';
import { verb } from '../../../verb.ts';

/** `muster iam policy delete-version`: the version in force cannot be deleted. */
export const policyDeleteVersion = verb<object, [policy: string, versions: number[]]>({
  configure(command) {
    command
      .argument('<policy>', 'name or number')
      .argument('<version...>', 'their numbers', (value: string, previous: number[] = []) => [
        ...previous,
        count(value),
      ]);
  },
  examples: ['muster iam policy delete-version run-on-all 2 3'],
  async run(app, _, nameOrId, versionId) {
    const session = await app.connect();
    const policyId = await findPolicyId(session, nameOrId);
    await session.policies.deletePolicyVersion({ policyId, versionId });
    if (app.json) app.printJson({ PolicyId: policyId, VersionId: versionId });
    else app.terminal.out.line(`deleted version ${versionId.join(', ')} of ${nameOrId}`);
    return undefined;
  },
});
