import { fileNames, listCommandFiles, removeFiles, type Written, writeCommand } from '../../command-folder.ts';
import { toFiled } from '../../command-in-files.ts';
import { parseSelector, splitList } from '../../domain/selector.ts';
import { chooseCommands, listCommands } from '../../library.ts';
import { printReport } from '../../library-report.ts';
import { Stop } from '../../stop.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly prune?: boolean;
}

/** `muster library export`: this account's commands as plain files, two for each. The same commands make the same bytes. */
export const libraryExport = verb<Options, [folder: string, patterns: string[]]>({
  configure(command) {
    command
      .argument('<folder>', 'where to; made when it is not there')
      .argument('[pattern...]', "only these commands: names, ids, globs such as 'disk-*'")
      .option('--prune', 'remove files of commands that the library does not have')
      .addHelpText('after', '\nA command is NAME.yaml beside its script NAME.sh, .py, .ps1 or .bat.');
  },
  examples: ['muster library export ./commands', 'muster library export ./commands --prune'],
  async run(app, { prune = false }, folder, patterns) {
    if (prune && patterns.length > 0) throw new Stop('--prune would remove the files of every command but these');
    const session = await app.connect();
    const own = await listCommands(session, [{ name: 'created-by', values: ['USER'] }]);
    const chosen = chooseCommands(own, patterns.flatMap(splitList).map(parseSelector));
    const commands = chosen.map(toFiled).toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const report: Record<Written, string[]> & { removed: string[] } = {
      created: [],
      changed: [],
      unchanged: [],
      removed: [],
    };
    for (const command of commands) report[await writeCommand(folder, command)].push(command.name);
    if (prune && commands.length > 0) {
      const kept = new Set(commands.flatMap((command) => Object.values(fileNames(command))));
      report.removed = (await listCommandFiles(folder)).filter((name) => !kept.has(name));
      await removeFiles(folder, report.removed);
    }
    printReport(app, report);
    return undefined;
  },
});
