import { SceneSchema } from '@muster/contract';
import { listScenes } from '../../library.ts';
import { sceneName } from '../../local-text.ts';
import { printList } from '../../output/list.ts';
import { verb } from '../../verb.ts';

/** `muster scene list`: what public commands are grouped by. */
export const sceneList = verb<object, []>({
  configure() {},
  examples: ['muster scene list', 'muster scene list --json'],
  async run(app) {
    const session = await app.connect();
    printList(app, {
      schema: SceneSchema,
      items: await listScenes(session),
      names: { list: 'SceneSet', total: 'TotalCount' },
      none: 'no scenes to show: this installation has no public library',
      columns: [
        { heading: 'NAME', cell: (scene) => sceneName(scene, app.config.language) },
        { heading: 'ID', cell: ({ sceneId }) => sceneId, color: (_, colors) => colors.dim },
      ],
    });
    return undefined;
  },
});
