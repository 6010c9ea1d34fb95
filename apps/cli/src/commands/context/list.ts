import { readContexts } from '../../contexts.ts';
import { describeContext } from '../../describe-context.ts';
import { printTable } from '../../output/table.ts';
import { verb } from '../../verb.ts';

/** `muster context list`: the installations this user knows. */
export const contextList = verb<object, []>({
  configure() {},
  examples: ['muster context list'],
  async run(app) {
    const { current, contexts } = await readContexts(app.config.configFile);
    const inUse = app.contextName ?? current;
    const rows = [...contexts].map(([name, context]) => describeContext(name, context, inUse));
    if (app.json) app.printJson({ Contexts: rows });
    else if (rows.length === 0) app.note('no contexts; make one with: muster login');
    else {
      printTable(
        app.terminal.out,
        [
          { heading: '', cell: ({ Current }) => (Current ? '*' : ' ') },
          { heading: 'NAME', cell: ({ Name }) => Name },
          { heading: 'URL', cell: ({ Url }) => Url },
          { heading: 'AS', cell: ({ SecretId, User, Kind }) => SecretId ?? User ?? Kind },
        ],
        rows,
      );
    }
    return undefined;
  },
});
