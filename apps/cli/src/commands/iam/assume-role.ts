import { AssumeRoleResponseSchema } from '@muster/contract';
import { roleNaming } from '../../directory.ts';
import { seconds } from '../../option-values.ts';
import { printFields } from '../../output/table.ts';
import { until } from '../../output/time.ts';
import { toTatJson } from '../../output/to-json.ts';
import { saveContext } from '../../save-context.ts';
import { readSource } from '../../script-source.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly account?: string;
  readonly sessionName?: string;
  readonly duration?: number;
  readonly policyFile?: string;
  readonly externalId?: string;
  readonly saveContext?: string;
}

/** `muster iam assume-role`: temporary credentials of a role, printed or kept as a context. */
export const assumeRole = verb<Options, [role: string]>({
  configure(command) {
    command
      .argument('<role>', 'name, id or arn')
      .option('--account <uin>', "root uin of the role's account; your own when not given")
      .option('--session-name <name>', 'stands in the audit log; `muster` when not given')
      .option('--duration <duration>', 'how long, such as 30m; an hour when not given', seconds)
      .option('--policy-file <file>', "a policy that narrows the session, JSON; '-' is standard input")
      .option('--external-id <id>', 'what the trust policy may ask for')
      .option('--save-context <name>', 'keep the credentials as this context instead of printing them');
  },
  examples: [
    'muster iam assume-role deploy --session-name release-7 --duration 30m',
    'muster iam assume-role deploy --save-context as-deploy',
    'muster iam assume-role partner --account 100000000001 --external-id muster --policy-file policy.json',
  ],
  async run(app, options, role) {
    const { policyFile, saveContext: contextName } = options;
    const policy = policyFile === undefined ? undefined : await readSource(policyFile, app.terminal, 'the policy');
    const session = await app.connect();
    const answer = await session.tokens.assumeRole({
      roleArn: roleArn(role, options.account),
      roleSessionName: options.sessionName ?? 'muster',
      durationSeconds: options.duration ?? 0,
      policy: policy?.toString('utf8') ?? '',
      externalId: options.externalId ?? '',
    });
    const { credentials, expiredTime } = answer;
    const token = credentials?.token ?? '';
    if (contextName !== undefined) await saveContext(app, contextName, { url: session.url, token });
    if (app.json) {
      app.printJson({ ...toTatJson(AssumeRoleResponseSchema, answer), ...(contextName && { Context: contextName }) });
    } else if (contextName !== undefined) {
      app.terminal.out.line(`saved the context \`${contextName}\`; use it with: muster --context ${contextName} ...`);
      app.note(`it works until ${until(expiredTime, Date.now())}`);
    } else {
      printFields(app.terminal.out, [
        ['token', token],
        ['until', until(expiredTime, Date.now())],
      ]);
    }
    return undefined;
  },
});

/** An arn is passed on as it is; anything else is a name or an id. */
function roleArn(role: string, account: string | undefined): string {
  if (role.startsWith('qcs:')) return role;
  const { roleId, roleName } = roleNaming(role);
  const owner = account === undefined ? '' : `uin/${account}`;
  return `qcs::cam::${owner}:${roleId === '' ? `roleName/${roleName}` : `role/${roleId}`}`;
}
