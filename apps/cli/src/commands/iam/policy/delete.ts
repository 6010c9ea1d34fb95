import { confirm } from '../../../confirm.ts';
import { findPolicyId } from '../../../directory.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly yes?: boolean;
}

/** `muster iam policy delete`: deletes policies and detaches them from everybody. */
export const policyDelete = verb<Options, [policies: string[]]>({
  configure(command) {
    command.argument('<policy...>', 'names or numbers').option('-y, --yes', 'do not ask');
  },
  examples: ['muster iam policy delete run-on-all --yes'],
  async run(app, { yes }, namesOrIds) {
    const session = await app.connect();
    const policyId: string[] = [];
    for (const each of namesOrIds) policyId.push(await findPolicyId(session, each));
    const question = `Delete ${namesOrIds.join(', ')} and take it from everybody who has it?`;
    if (!yes) await confirm(app, question, 'nothing was deleted');
    await session.iam.deletePolicy({ policyId });
    if (app.json) app.printJson({ PolicyId: policyId });
    else app.terminal.out.line(`deleted ${namesOrIds.join(', ')}`);
    return undefined;
  },
});
