import { CreateRegisterCodeResponseSchema } from '@muster/contract';
import { printFields } from '../../output/table.ts';
import { toTatJson } from '../../output/to-json.ts';
import { addRegisterCodeOptions, createRegisterCode, type RegisterCodeOptions } from '../../register-code-options.ts';
import { verb } from '../../verb.ts';

/** `muster register-code create`: what new machines trade for an identity. */
export const registerCodeCreate = verb<RegisterCodeOptions, []>({
  configure: addRegisterCodeOptions,
  examples: [
    'muster register-code create',
    "muster register-code create --limit 100 --expires 1d --prefix web- --description 'web servers'",
    'muster register-code create --tag team=ops --tag stage=prod',
    'muster register-code create --kind CVM --address 10.0.0.0/8 --json',
  ],
  async run(app, options) {
    const answer = await createRegisterCode(await app.connect(), options);
    if (app.json) app.printJson(toTatJson(CreateRegisterCodeResponseSchema, answer));
    else {
      printFields(app.terminal.out, [
        ['id', answer.registerCodeId],
        ['value', answer.registerCodeValue],
      ]);
      app.note(
        'keep the value: it is shown only now. `muster agent install --code ID:VALUE` prints the line for a new machine',
      );
    }
    return undefined;
  },
});
