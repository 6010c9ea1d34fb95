import { Option } from 'commander';
import { COMMAND_LIST, commandColumns } from '../../command-options.ts';
import type { ScriptType } from '../../domain/script-type.ts';
import { parseSelector, splitList } from '../../domain/selector.ts';
import { chooseCommands, findScene, listCommands } from '../../library.ts';
import { collect, scriptType } from '../../option-values.ts';
import { printList } from '../../output/list.ts';
import { tagFiltersFrom } from '../../tag-option.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly createdBy: 'user' | 'tat' | 'all';
  readonly scene?: string;
  readonly type?: ScriptType;
  readonly tag?: readonly string[];
}

/** `muster command list`: the library. */
export const commandList = verb<Options, [patterns: string[]]>({
  configure(command) {
    command
      .argument('[pattern...]', "only these: names, ids, globs such as 'disk-*'")
      .addOption(
        new Option('--created-by <owner>', "whose: this account's, the public library's (tat), or all")
          .choices(['user', 'tat', 'all'])
          .default('user'),
      )
      .option('--scene <scene>', 'only public commands of this scene, by id or name')
      .option('--type <type>', 'only SHELL, PYTHON, POWERSHELL or BAT', scriptType)
      .option('--tag <key=value>', 'only with this tag, or key=a,b for one of several values; repeatable', collect);
  },
  examples: [
    'muster command list',
    "muster command list 'disk-*' --type shell",
    'muster command list --created-by all --json',
    'muster command list --scene network',
    'muster command list --tag team=ops',
  ],
  async run(app, options, patterns) {
    const tagFilters = tagFiltersFrom(options.tag);
    const session = await app.connect();
    const items = await listCommands(session, [
      ...(options.scene === undefined
        ? options.createdBy === 'all'
          ? []
          : [{ name: 'created-by', values: [options.createdBy.toUpperCase()] }]
        : [{ name: 'scene-id', values: [(await findScene(session, options.scene)).sceneId] }]),
      ...(options.type ? [{ name: 'command-type', values: [options.type] }] : []),
      ...tagFilters,
    ]);
    const chosen = chooseCommands(items, patterns.flatMap(splitList).map(parseSelector));
    printList(app, {
      ...COMMAND_LIST,
      items: chosen,
      none: 'no commands to show; save one with: muster command create NAME -f FILE, or see: muster library list',
      columns: commandColumns(app.config.language),
    });
    return undefined;
  },
});
