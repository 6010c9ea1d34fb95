import { COMMAND_LIST, commandColumns } from '../../command-options.ts';
import { choose, parseSelector, splitList } from '../../domain/selector.ts';
import { compileGlob } from '../../instances.ts';
import { printList } from '../../output/list.ts';
import { readPages } from '../../pages.ts';
import { nothingMatched } from '../../stop.ts';
import { verb } from '../../verb.ts';

/** `muster command list`: the library. */
export const commandList = verb<object, [patterns: string[]]>({
  configure(command) {
    command.argument('[pattern...]', "only these: names, ids, globs such as 'disk-*'");
  },
  examples: ['muster command list', "muster command list 'disk-*'", 'muster command list --json'],
  async run(app, _, patterns) {
    const session = await app.connect();
    const { items } = await readPages(async (page) => {
      const answer = await session.commands.describeCommands(page);
      return { items: answer.commandSet, total: answer.totalCount };
    });
    const selectors = patterns.flatMap(splitList).map(parseSelector);
    const named = items.map((command) => ({ id: command.commandId, name: command.commandName, command }));
    const chosen = selectors.length === 0 ? named : choose(named, selectors, compileGlob).chosen;
    if (selectors.length > 0 && chosen.length === 0) throw nothingMatched(`no command matches ${patterns.join(' ')}`);
    printList(app, {
      ...COMMAND_LIST,
      items: chosen.map(({ command }) => command),
      none: 'no commands to show; save one with: muster command create NAME -f FILE',
      columns: commandColumns(),
    });
    return undefined;
  },
});
