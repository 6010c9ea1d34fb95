import { CreateMfaDeviceResponseSchema } from '@muster/contract';
import { printFields } from '../../../output/table.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { ask } from '../../../secret-input.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly code?: string;
}

/**
 * `muster iam mfa enable`: the console login asks for one-time codes from then on. On a terminal it asks for the first code at once;
 * programs take the secret and come back with `--code`.
 */
export const mfaEnable = verb<Options, []>({
  configure(command) {
    command.option('--code <digits>', 'the first code of an authenticator that was made before');
  },
  examples: ['muster iam mfa enable --json', 'muster iam mfa enable --code 123456'],
  async run(app, { code }) {
    const session = await app.connect();
    const { err, input } = app.terminal;
    if (code === undefined) {
      const device = await session.iam.createMfaDevice({});
      if (app.json) {
        app.printJson(toTatJson(CreateMfaDeviceResponseSchema, device));
        return undefined;
      }
      printFields(app.terminal.out, [
        ['secret', device.secret],
        ['uri', device.uri],
      ]);
      if (!err.isTerminal || !input.isTTY) {
        app.note('nothing is asked for yet; enable it with: muster iam mfa enable --code DIGITS');
        return undefined;
      }
    }
    const first = code ?? (await ask(app.terminal, { question: 'First code', option: '--code' }));
    await session.iam.enableMfaDevice({ code: first });
    if (app.json) app.printJson({ MfaEnabled: true });
    else app.terminal.out.line('enabled; the console login asks for a code from now on');
    return undefined;
  },
});
