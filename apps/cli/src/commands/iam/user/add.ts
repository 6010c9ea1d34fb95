import { AddUserResponseSchema } from '@muster/contract';
import { printFields } from '../../../output/table.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { secretFromStdin } from '../../../secret-input.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly remark?: string;
  readonly console?: boolean;
  readonly passwordStdin?: boolean;
  readonly key?: boolean;
}

/** `muster iam user add`: a sub-user, who may do nothing until a policy is attached. */
export const userAdd = verb<Options, [name: string]>({
  configure(command) {
    command
      .argument('<name>', 'its name')
      .option('--remark <text>', 'who it is')
      .option('--console', 'give it a console password; one is made when none is given')
      .option('--password-stdin', 'read that password from standard input')
      .option('--key', 'make an access key at once');
  },
  examples: ["muster iam user add bob --remark 'night shift' --key", 'muster iam user add carol --console'],
  async run(app, options, name) {
    const password = options.passwordStdin ? await secretFromStdin(app.terminal, 'password') : '';
    const session = await app.connect();
    const answer = await session.iam.addUser({
      name,
      remark: options.remark ?? '',
      consoleLogin: options.console === true || password !== '',
      password,
      useApi: options.key === true,
    });
    if (app.json) {
      app.printJson(toTatJson(AddUserResponseSchema, answer));
      return undefined;
    }
    printFields(app.terminal.out, [
      ['name', answer.name],
      ['uin', answer.uin],
      ['password', answer.password],
      ['secret id', answer.secretId],
      ['secret key', answer.secretKey],
    ]);
    if (answer.password || answer.secretKey) app.note('keep the secrets: they are shown only now');
    app.note(`it may do nothing yet; allow it something with: muster iam policy attach POLICY ${name}`);
    return undefined;
  },
});
