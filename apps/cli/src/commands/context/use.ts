import { pickContext, readContexts, writeContexts } from '../../contexts.ts';
import { verb } from '../../verb.ts';

/** `muster context use`: makes another context the current one. */
export const contextUse = verb<object, [name: string]>({
  configure(command) {
    command.argument('<name>', 'a context that `muster context list` shows');
  },
  examples: ['muster context use production'],
  async run(app, _, given) {
    const { configFile } = app.config;
    const known = await readContexts(configFile);
    const [name, { url }] = pickContext(known, given);
    await writeContexts(configFile, { ...known, current: name });
    if (app.json) app.printJson({ Context: name });
    else app.terminal.out.line(`using \`${name}\`: ${url}`);
    return undefined;
  },
});
