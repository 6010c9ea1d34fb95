import { pickContext, readContexts } from '../contexts.ts';
import { until } from '../output/time.ts';
import { saveContext } from '../save-context.ts';
import { verb } from '../verb.ts';

interface Options {
  readonly saveContext?: string;
}

/** `muster switch-account`: acts in an account that invited the user, in a context of its own. */
export const switchAccount = verb<Options, [account: string]>({
  configure(command) {
    command
      .argument('<account>', 'root uin of the account')
      .option('--save-context <name>', 'what to call the context; NAME-UIN when not given');
  },
  examples: ['muster switch-account 300000', 'muster switch-account 300000 --save-context agency'],
  async run(app, options, accountUin) {
    const [name] = pickContext(await readContexts(app.config.configFile), app.contextName);
    const session = await app.connect();
    const { token, expiredTime } = await session.tokens.switchAccount({ accountUin });
    const context = options.saveContext ?? `${name}-${accountUin}`;
    await saveContext(app, context, { url: session.url, token }, true);
    if (app.json) app.printJson({ Context: context, AccountUin: accountUin });
    else {
      app.terminal.out.line(`acting in account ${accountUin}; context \`${context}\` is the current one`);
      app.note(`it works until ${until(expiredTime, Date.now())}; back with: muster context use ${name}`);
    }
    return undefined;
  },
});
