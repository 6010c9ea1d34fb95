import { AccessKeyStatus } from '@muster/contract';
import { findUin } from '../../../directory.ts';
import { type Verb, verb } from '../../../verb.ts';

interface Options {
  readonly user?: string;
}

/** `muster iam key enable`: lets a key work again. */
export const keyEnable = switching('enable', AccessKeyStatus.ACTIVE, 'it works again');

/** `muster iam key disable`: a key stops working, and so do the tokens made with it. */
export const keyDisable = switching(
  'disable',
  AccessKeyStatus.INACTIVE,
  'it and the tokens made with it do not work any more',
);

function switching(name: string, status: AccessKeyStatus, outcome: string): Verb {
  return verb<Options, [id: string]>({
    configure(command) {
      command
        .argument('<id>', 'id of the key, AKID...')
        .option('--user <user>', 'whose, by name or uin; your own when not given');
    },
    examples: [`muster iam key ${name} AKIDkey0 --user ana`],
    async run(app, { user }, accessKeyId) {
      const session = await app.connect();
      const targetUin = user === undefined ? '0' : await findUin(session, user);
      await session.iam.updateAccessKey({ accessKeyId, status, targetUin });
      if (app.json) app.printJson({ AccessKeyId: accessKeyId });
      else app.terminal.out.line(`${accessKeyId}: ${outcome}`);
      return undefined;
    },
  });
}
