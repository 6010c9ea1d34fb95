import type { ServiceImpl } from '@connectrpc/connect';
import type { CommandInternalService, CommandService } from '@muster/contract';
import type { CommandContext } from '../context.ts';
import { countCommands } from './count-commands.ts';
import { createCommand } from './create-command.ts';
import { deleteCommand } from './delete-command.ts';
import { deleteCommands } from './delete-commands.ts';
import { describeCommandVersions } from './describe-command-versions.ts';
import { describeCommands } from './describe-commands.ts';
import { describeScenes } from './describe-scenes.ts';
import { modifyCommand } from './modify-command.ts';
import { previewReplacedCommandContent } from './preview-replaced-command-content.ts';
import { resolveCommand } from './resolve-command.ts';
import { restoreCommandVersion } from './restore-command-version.ts';
import { saveCommand } from './save-command.ts';
import { tagCommands } from './tag-commands.ts';
import { untagCommands } from './untag-commands.ts';

/** Every method of the public service. */
export function commandHandlers(context: CommandContext) {
  return {
    createCommand: createCommand(context),
    modifyCommand: modifyCommand(context),
    deleteCommand: deleteCommand(context),
    deleteCommands: deleteCommands(context),
    restoreCommandVersion: restoreCommandVersion(context),
    describeScenes: describeScenes(context),
    describeCommands: describeCommands(context),
    describeCommandVersions: describeCommandVersions(context),
    previewReplacedCommandContent: previewReplacedCommandContent(context),
    tagCommands: tagCommands(context),
    untagCommands: untagCommands(context),
  } satisfies ServiceImpl<typeof CommandService>;
}

/** Every method for invocation-svc. */
export function commandInternalHandlers(context: CommandContext) {
  return {
    resolveCommand: resolveCommand(context),
    countCommands: countCommands(context),
    saveCommand: saveCommand(context),
  } satisfies ServiceImpl<typeof CommandInternalService>;
}
