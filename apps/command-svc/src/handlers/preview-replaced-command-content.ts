import type { MethodImpl } from '@connectrpc/connect';
import { checkCommandId, type Template } from '@muster/command';
import type { CommandService, PreviewReplacedCommandContentRequest } from '@muster/contract';
import { commandResource, invalid } from '@muster/kernel';
import { type Call, callOf } from '@muster/rpc';
import type { CommandContext } from '../context.ts';
import { templateOf } from '../domain/command.ts';
import { requireFound } from '../domain/library.ts';
import { previewContent, scriptTemplate } from '../domain/preview.ts';
import { commandSubject } from '../named-command.ts';

type Parts = Pick<CommandContext, 'commands' | 'region'>;

export function previewReplacedCommandContent(
  parts: Parts,
): MethodImpl<typeof CommandService.method.previewReplacedCommandContent> {
  return async (request, context) => {
    const call = callOf(context);
    const template = await askedTemplate(request, call, parts);
    return { replacedContent: new TextEncoder().encode(previewContent(template, request.parameters)) };
  };
}

async function askedTemplate(
  { commandId, content }: PreviewReplacedCommandContentRequest,
  call: Call,
  { commands, region }: Parts,
): Promise<Template> {
  if (commandId && content.length > 0) {
    throw invalid('InvalidParameter.ConflictParameter', 'CommandId', 'excludes Content, both were given');
  }
  if (commandId) {
    const command = await commands.find(call.caller.accountUin, checkCommandId(commandId));
    await call.authorize([commandSubject(region, commandId, command)]);
    return templateOf(requireFound(command, commandId));
  }
  if (content.length === 0) {
    throw invalid('MissingParameter', 'CommandId', 'or Content is required, neither was given');
  }
  await call.authorize([{ resource: commandResource(region, '*') }]);
  return scriptTemplate(content);
}
