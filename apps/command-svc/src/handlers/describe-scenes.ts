import type { MethodImpl } from '@connectrpc/connect';
import { checkSelection } from '@muster/command';
import type { CommandService } from '@muster/contract';
import type { CommandContext } from '../context.ts';
import { toScene } from '../convert.ts';
import { SCENE_SELECTION } from '../domain/library.ts';

export function describeScenes({
  scenes: reader,
}: Pick<CommandContext, 'scenes'>): MethodImpl<typeof CommandService.method.describeScenes> {
  return async ({ sceneIds, filters, limit, offset }) => {
    const selection = checkSelection({ ids: sceneIds, filters, limit, offset }, SCENE_SELECTION);
    const { total, scenes } = await reader.page(selection, selection);
    return { totalCount: total, sceneSet: scenes.map(toScene) };
  };
}
