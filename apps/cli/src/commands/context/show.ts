import { pickContext, readContexts } from '../../contexts.ts';
import { describeContext } from '../../describe-context.ts';
import { printFields } from '../../output/table.ts';
import { verb } from '../../verb.ts';

/** `muster context show`: one context, without its secrets. */
export const contextShow = verb<object, [name: string | undefined]>({
  configure(command) {
    command.argument('[name]', 'the current one when not given');
  },
  examples: ['muster context show', 'muster context show --json'],
  async run(app, _, given) {
    const known = await readContexts(app.config.configFile);
    const [name, context] = pickContext(known, given ?? app.contextName);
    const view = describeContext(name, context, app.contextName ?? known.current);
    if (app.json) app.printJson(view);
    else {
      printFields(app.terminal.out, [
        ['name', view.Name],
        ['url', view.Url],
        ['logged in with', view.Kind],
        ['secret id', view.SecretId ?? ''],
        ['user', view.User ?? ''],
        ['file', app.config.configFile],
      ]);
    }
    return undefined;
  },
});
