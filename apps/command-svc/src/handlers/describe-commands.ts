import type { MethodImpl } from '@connectrpc/connect';
import { checkSelection } from '@muster/command';
import type { CommandService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { CommandContext } from '../context.ts';
import { toCommand } from '../convert.ts';
import { COMMAND_SELECTION } from '../domain/library.ts';
import { authorizeTagged, commandSubject } from '../named-command.ts';

export function describeCommands({
  commands,
  region,
}: Pick<CommandContext, 'commands' | 'region'>): MethodImpl<typeof CommandService.method.describeCommands> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin } = call.caller;
    const { commandIds: ids, filters, limit: givenLimit, offset: givenOffset } = request;
    const { limit, offset } = checkSelection(
      { ids, filters, limit: givenLimit, offset: givenOffset },
      COMMAND_SELECTION,
    );
    let visible = await commands.select({ accountUin, ids, filters });
    if (ids.length > 0) await authorizeTagged(visible, call, region);
    else {
      const allowed = await call.allowed(visible.map((key) => commandSubject(region, key)));
      visible = visible.filter((_, index) => allowed[index]);
    }
    const page = await commands.load(accountUin, visible.slice(offset, offset + limit));
    return { totalCount: visible.length, commandSet: page.map(toCommand) };
  };
}
