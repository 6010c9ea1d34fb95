import { GetCallerIdentityResponseSchema } from '@muster/contract';
import { printFields } from '../output/table.ts';
import { toTatJson } from '../output/to-json.ts';
import { verb } from '../verb.ts';

/** `muster whoami`: who the gateway takes the caller for. */
export const whoami = verb<object, []>({
  configure() {},
  examples: ['muster whoami', 'muster whoami --json'],
  async run(app) {
    const session = await app.connect();
    const identity = await session.tokens.getCallerIdentity({});
    if (app.json) app.printJson(toTatJson(GetCallerIdentityResponseSchema, identity));
    else {
      printFields(app.terminal.out, [
        ['name', identity.userName],
        ['uin', identity.userId],
        ['account', identity.accountId],
        ['arn', identity.arn],
        ['region', identity.region],
        ['gateway', session.url],
      ]);
    }
    return undefined;
  },
});
