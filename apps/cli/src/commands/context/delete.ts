import { pickContext, readContexts, writeContexts } from '../../contexts.ts';
import { ownerOf } from '../../credentials.ts';
import { tokenCache } from '../../token-cache.ts';
import { verb } from '../../verb.ts';

/** `muster context delete`: forgets a context with its secrets. */
export const contextDelete = verb<object, [name: string]>({
  configure(command) {
    command.argument('<name>', 'a context that `muster context list` shows');
  },
  examples: ['muster context delete production'],
  async run(app, _, given) {
    const { configFile, tokenFile } = app.config;
    const { current, contexts } = await readContexts(configFile);
    const [name, context] = pickContext({ current, contexts }, given);
    const others = new Map([...contexts].filter(([each]) => each !== name));
    await tokenCache(tokenFile).delete(ownerOf(context));
    await writeContexts(configFile, { current: current === name ? undefined : current, contexts: others });
    if (app.json) app.printJson({ Context: name });
    else app.terminal.out.line(`deleted context \`${name}\``);
    return undefined;
  },
});
