import { secretFromStdin } from '../../../secret-input.ts';
import { Stop } from '../../../stop.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly remark?: string;
  readonly phone?: string;
  readonly countryCode?: string;
  readonly email?: string;
  readonly passwordStdin?: boolean;
  readonly resetPassword?: boolean;
  readonly console?: boolean;
}

/** `muster iam user update`: contacts, and how the user signs in at the console. */
export const userUpdate = verb<Options, [name: string]>({
  configure(command) {
    command
      .argument('<name>', 'its name')
      .option('--remark <text>', 'who it is')
      .option('--phone <number>', 'where notices go')
      .option('--country-code <code>', 'calling code of the phone, such as 86')
      .option('--email <address>', 'where notices go')
      .option('--password-stdin', 'read a new console password from standard input; its console tokens end')
      .option('--reset-password', 'the next console login must bring a new password')
      .option('--no-console', 'take the console password away');
  },
  examples: [
    "muster iam user update ana --remark 'day shift' --email ana@example.com",
    'muster iam user update ana --password-stdin --reset-password < password.txt',
    'muster iam user update ana --no-console',
  ],
  async run(app, options, name) {
    const { remark, phone, countryCode, email, passwordStdin, resetPassword } = options;
    const password = passwordStdin ? await secretFromStdin(app.terminal, 'password') : undefined;
    const change = {
      ...(remark === undefined ? {} : { remark }),
      ...(phone === undefined ? {} : { phoneNum: phone }),
      ...(countryCode === undefined ? {} : { countryCode }),
      ...(email === undefined ? {} : { email }),
      ...(password === undefined ? {} : { password, consoleLogin: true }),
      ...(resetPassword ? { needResetPassword: true } : {}),
      ...(options.console === false ? { consoleLogin: false } : {}),
    };
    if (Object.keys(change).length === 0) throw new Stop('nothing to change', { hint: 'see --help' });
    const session = await app.connect();
    await session.iam.updateUser({ name, ...change });
    if (app.json) app.printJson({ Name: name });
    else app.terminal.out.line(`changed the user ${name}`);
    return undefined;
  },
});
