import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { once } from '@muster/db';
import type { Clock } from '@muster/kernel';
import type { Caller } from '@muster/rpc';
import type { Vault } from '@muster/vault';
import type { UnitOfWork, Write } from './store/unit-of-work.ts';

/** A write call and what it answers with. */
export interface OnceCall<I extends DescMessage, O extends DescMessage> {
  readonly caller: Caller;
  readonly input: I;
  readonly request: MessageShape<I> & { readonly clientToken: string };
  readonly output: O;
}

/**
 * The one way to do the work of a write call: in one transaction, and once for each client token. To be called after the call was
 * decided. Refusals that `work` throws leave nothing behind; besides them those of `once`.
 */
export function writeOnce<I extends DescMessage, O extends DescMessage>(
  { write, clock, vault }: { readonly write: Write; readonly clock: Clock; readonly vault: Vault },
  { caller, ...call }: OnceCall<I, O>,
  work: (unit: UnitOfWork) => Promise<MessageInitShape<O>>,
): Promise<MessageInitShape<O>> {
  const { accountUin, uin } = caller;
  return write(
    (unit) => once(unit.trx, { accountUin, uin, now: clock.now(), vault }, call, () => work(unit)),
    accountUin,
  );
}
