import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { requireText } from '@muster/command';
import { checkClientToken } from '@muster/db';
import type { Call } from '@muster/rpc';
import type { Transaction } from 'kysely';
import { checkInvokerId } from './domain/ids.ts';
import type { Invoker } from './domain/invoker.ts';
import type { InvokerContext } from './invoker-context.ts';
import { authorizeInvokers, requireInvoker } from './invoker-subjects.ts';
import type { Schema } from './store/schema.ts';
import { writeOnce } from './write-once.ts';

/** A call about one invoker that answers with nothing. */
interface InvokerCall<I extends DescMessage, O extends DescMessage> {
  readonly input: I;
  readonly request: MessageShape<I> & { readonly invokerId: string; readonly clientToken: string };
  readonly output: O;
}

/**
 * Changes the invoker that a call names, decided on it as it is. Refusals: MissingParameter, InvalidParameterValue.InvalidInvokerId,
 * CamAuthFailed, ResourceNotFound, and those of `change`.
 */
export async function changeInvoker<I extends DescMessage, O extends DescMessage>(
  context: Pick<InvokerContext, 'db' | 'write' | 'clock' | 'vault' | 'region' | 'kickScheduler'>,
  call: Call,
  asked: InvokerCall<I, O>,
  change: (trx: Transaction<Schema>, invoker: Invoker, now: number) => Promise<void>,
): Promise<MessageInitShape<O>> {
  const { caller } = call;
  const invokerId = checkInvokerId(requireText('InvokerId', asked.request.invokerId), 'InvokerId');
  checkClientToken(asked.request.clientToken);
  await authorizeInvokers([invokerId], { ...context, call });
  const answer = await writeOnce(context, { caller, ...asked }, async ({ trx }) => {
    await change(trx, await requireInvoker(trx, caller.accountUin, invokerId), context.clock.now());
    return {} as MessageInitShape<O>;
  });
  context.kickScheduler();
  return answer;
}
