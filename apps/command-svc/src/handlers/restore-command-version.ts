import type { MethodImpl } from '@connectrpc/connect';
import {
  type CommandService,
  RestoreCommandVersionRequestSchema,
  RestoreCommandVersionResponseSchema,
} from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { CommandContext } from '../context.ts';
import { requireOwned, requireVersion } from '../domain/library.ts';
import { decideNamed } from '../named-command.ts';
import { saveNext } from '../save-next.ts';
import { type WriteParts, writeOnce } from '../write-once.ts';

export function restoreCommandVersion(
  parts: WriteParts & Pick<CommandContext, 'commands' | 'region'>,
): MethodImpl<typeof CommandService.method.restoreCommandVersion> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const { version } = request;
    if (version === 0) throw invalid('MissingParameter', 'Version', 'is required, was not given');
    const commandId = await decideNamed(request.commandId, { call, ...parts });
    const write = {
      caller: call.caller,
      input: RestoreCommandVersionRequestSchema,
      request,
      output: RestoreCommandVersionResponseSchema,
    };
    return writeOnce(parts, write, async (commands) => {
      const current = requireOwned(await commands.find(accountUin, commandId), commandId);
      const body = requireVersion(await commands.find(accountUin, commandId, version), commandId, version);
      return { version: await saveNext(commands, { current, body, saving: { uin, now: parts.clock.now() } }) };
    });
  };
}
