import { CreateAccessKeyResponseSchema } from '@muster/contract';
import { findUin } from '../../../directory.ts';
import { printFields } from '../../../output/table.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly user?: string;
  readonly description?: string;
}

/** `muster iam key create`: an access key; its secret is shown once. */
export const keyCreate = verb<Options, []>({
  configure(command) {
    command
      .option('--user <user>', 'whose, by name or uin; your own when not given')
      .option('--description <text>', 'what it is for');
  },
  examples: ["muster iam key create --user ana --description 'laptop'", 'muster iam key create --json'],
  async run(app, { user, description }) {
    const session = await app.connect();
    const targetUin = user === undefined ? '0' : await findUin(session, user);
    const answer = await session.iam.createAccessKey({ targetUin, description: description ?? '' });
    if (app.json) app.printJson(toTatJson(CreateAccessKeyResponseSchema, answer));
    else {
      printFields(app.terminal.out, [
        ['secret id', answer.accessKey?.accessKeyId ?? ''],
        ['secret key', answer.secretAccessKey],
      ]);
      app.note('keep the secret key: it is shown only now');
    }
    return undefined;
  },
});
