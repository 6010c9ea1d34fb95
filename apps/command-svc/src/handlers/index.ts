import type { DescService } from '@bufbuild/protobuf';
import type { ServiceImpl } from '@connectrpc/connect';
import { CommandInternalService, CommandService } from '@muster/contract';
import type { CommandContext } from '../context.ts';
import { createCommand } from './create-command.ts';
import { deleteCommand } from './delete-command.ts';
import { describeCommandVersions } from './describe-command-versions.ts';
import { describeCommands } from './describe-commands.ts';
import { modifyCommand } from './modify-command.ts';
import { previewReplacedCommandContent } from './preview-replaced-command-content.ts';
import { resolveCommand } from './resolve-command.ts';
import { saveCommand } from './save-command.ts';
import { tagCommands } from './tag-commands.ts';
import { untagCommands } from './untag-commands.ts';

/** Every method of the public service. */
export function commandHandlers(context: CommandContext) {
  return unfinished(CommandService, {
    createCommand: createCommand(context),
    modifyCommand: modifyCommand(context),
    deleteCommand: deleteCommand(context),
    describeCommands: describeCommands(context),
    describeCommandVersions: describeCommandVersions(context),
    previewReplacedCommandContent: previewReplacedCommandContent(context),
    tagCommands: tagCommands(context),
    untagCommands: untagCommands(context),
  });
}

/** Every method for invocation-svc. */
export function commandInternalHandlers(context: CommandContext) {
  return unfinished(CommandInternalService, {
    resolveCommand: resolveCommand(context),
    saveCommand: saveCommand(context),
  });
}

/** UNFINISHED: goes with the last handler. */
function unfinished<S extends DescService>(service: S, handlers: Partial<ServiceImpl<S>>): ServiceImpl<S> {
  const none = () => {
    throw new Error('not built yet');
  };
  return {
    ...Object.fromEntries(service.methods.map((method) => [method.localName, none])),
    ...handlers,
  } as ServiceImpl<S>;
}
