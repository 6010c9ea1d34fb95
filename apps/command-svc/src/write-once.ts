import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import type { TokenedRequest } from '@muster/db';
import type { Caller } from '@muster/rpc';
import type { CommandContext } from './context.ts';
import type { CommandWriter } from './store/command-writer.ts';

/** What writing needs. */
export type WriteParts = Pick<CommandContext, 'write' | 'clock' | 'vault'>;

/** A write call: who makes it, its request and the message that answers it. */
export interface WriteCall<I extends DescMessage, O extends DescMessage> extends TokenedRequest<I, O> {
  readonly caller: Caller;
}

/**
 * The one way to do the work of a public write call: in one transaction, and once for each client token. To be called after the call was
 * decided. A refusal that `work` throws leaves nothing behind; besides it there are those of `once`.
 */
export function writeOnce<I extends DescMessage, O extends DescMessage>(
  { write, clock, vault }: WriteParts,
  { caller, ...tokened }: WriteCall<I, O>,
  work: (commands: CommandWriter) => Promise<MessageInitShape<O>>,
): Promise<MessageInitShape<O>> {
  const { accountUin, uin } = caller;
  return write((commands) =>
    commands.once({ accountUin, uin, now: clock.now(), vault }, tokened, () => work(commands)),
  );
}
