import type { Command } from '@muster/contract';
import { COMMAND_LIST } from '../../command-options.ts';
import { findScene, listCommands, listScenes } from '../../library.ts';
import { localText, sceneName } from '../../local-text.ts';
import { printList } from '../../output/list.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly scene?: string;
}

/** `muster library list`: commands that come with Muster, by scene. */
export const libraryList = verb<Options, []>({
  configure(command) {
    command
      .option('--scene <scene>', 'only this scene, by id or name')
      .addHelpText(
        'after',
        '\nTexts are Chinese when LANG begins with zh. Show one with `muster command show NAME`, run it with `muster invoke NAME -t ...`.',
      );
  },
  examples: ['muster library list', 'muster library list --scene network --json'],
  async run(app, options) {
    const { language } = app.config;
    const session = await app.connect();
    const scenes = options.scene === undefined ? await listScenes(session) : [await findScene(session, options.scene)];
    const names = new Map(scenes.map((scene) => [scene.sceneId, sceneName(scene, language)]));
    const commands = await listCommands(
      session,
      options.scene === undefined
        ? [{ name: 'created-by', values: ['TAT'] }]
        : [{ name: 'scene-id', values: [scenes[0]!.sceneId] }],
    );
    const sceneOf = ({ scenes: ids }: Command) => ids.map((id) => names.get(id) ?? id).join(', ');
    const byScene = (one: Command, other: Command) =>
      sceneOf(one).localeCompare(sceneOf(other)) || one.commandName.localeCompare(other.commandName);
    printList(app, {
      ...COMMAND_LIST,
      items: commands.toSorted(byScene),
      none: 'no public commands to show',
      columns: [
        { heading: 'SCENE', cell: sceneOf, color: (_, colors) => colors.dim },
        { heading: 'NAME', cell: ({ commandName }) => commandName },
        {
          heading: 'PARAMETERS',
          cell: (command) =>
            localText(command, language)
              .parameters.map(({ name }) => name)
              .join(' '),
          flexible: true,
        },
        { heading: 'DESCRIPTION', cell: (command) => localText(command, language).description, flexible: true },
      ],
    });
    return undefined;
  },
});
