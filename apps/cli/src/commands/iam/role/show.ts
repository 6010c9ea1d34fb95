import { RoleSchema } from '@muster/contract';
import { roleNaming } from '../../../directory.ts';
import { formatDuration } from '../../../domain/duration.ts';
import { formatTags } from '../../../domain/tags.ts';
import { printScript } from '../../../output/script.ts';
import { printFields } from '../../../output/table.ts';
import { when } from '../../../output/time.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { nothingMatched } from '../../../stop.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly trust?: boolean;
}

/** `muster iam role show`: one role with its trust policy. */
export const roleShow = verb<Options, [role: string]>({
  configure(command) {
    command.argument('<role>', 'name or id').option('--trust', 'only the trust policy, as it was given');
  },
  examples: ['muster iam role show deploy', 'muster iam role show deploy --trust'],
  async run(app, { trust }, nameOrId) {
    const session = await app.connect();
    const { roleInfo: role } = await session.roles.getRole(roleNaming(nameOrId));
    if (!role) throw nothingMatched(`no role \`${nameOrId}\``);
    const { out } = app.terminal;
    if (app.json) app.printJson(toTatJson(RoleSchema, role));
    else if (trust) out.write(role.policyDocument);
    else {
      const now = Date.now();
      printFields(out, [
        ['name', role.roleName],
        ['id', role.roleId],
        ['arn', role.roleArn],
        ['description', role.description],
        ['sessions', `up to ${formatDuration(role.sessionDuration * 1_000)}`],
        ['boundary', role.boundaryPolicyId === '0' ? '' : `policy ${role.boundaryPolicyId}`],
        ['tags', formatTags(role.tags)],
        ['added', when(role.addTime, now)],
        ['changed', when(role.updateTime, now)],
      ]);
      out.line();
      printScript(out, Buffer.from(role.policyDocument));
      app.note(`what it may do: muster iam policy attached --role ${role.roleName}`);
    }
    return undefined;
  },
});
