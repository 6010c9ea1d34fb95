import { type Verb, verb } from '../../../verb.ts';

/** `muster iam user enable`: a user may sign in and use its keys again. */
export const userEnable = switching('enable', true, 'may sign in again');

/** `muster iam user disable`: its tokens, and those of roles that it took on, end at once; its keys stay. */
export const userDisable = switching('disable', false, 'is switched off; its tokens have ended');

function switching(verbName: string, active: boolean, outcome: string): Verb {
  return verb<object, [name: string]>({
    configure(command) {
      command.argument('<name>', 'its name');
    },
    examples: [`muster iam user ${verbName} ana`],
    async run(app, _, name) {
      const session = await app.connect();
      await session.iam.updateUser({ name, active });
      if (app.json) app.printJson({ Name: name });
      else app.terminal.out.line(`${name} ${outcome}`);
      return undefined;
    },
  });
}
