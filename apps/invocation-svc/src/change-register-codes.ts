import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { Call } from '@muster/rpc';
import { checkRegisterCodesToChange } from './domain/register-code.ts';
import type { MachineContext } from './machine-context.ts';
import { authorizeRegisterCodes, requireRegisterCodes } from './register-code-subjects.ts';
import { RegisterCodeStore } from './store/register-code-store.ts';
import { writeOnce } from './write-once.ts';

/** A call that changes the register codes it names, and answers with nothing. */
interface CodesCall<I extends DescMessage, O extends DescMessage> {
  readonly input: I;
  readonly request: MessageShape<I> & { readonly clientToken: string; readonly registerCodeIds: readonly string[] };
  readonly output: O;
}

/**
 * Changes every register code that a call names, or none. Refusals: those of `checkRegisterCodesToChange` and `once`, CamAuthFailed,
 * ResourceNotFound.RegisterCodesNotFoundCode.
 */
export async function changeRegisterCodes<I extends DescMessage, O extends DescMessage>(
  parts: Pick<MachineContext, 'db' | 'write' | 'clock' | 'vault' | 'region'>,
  call: Call,
  asked: CodesCall<I, O>,
  change: (codes: RegisterCodeStore) => Promise<void>,
): Promise<MessageInitShape<O>> {
  const ids = checkRegisterCodesToChange(asked.request.registerCodeIds);
  const { caller } = call;
  await authorizeRegisterCodes(ids, { ...parts, call });
  return writeOnce(parts, { caller, ...asked }, async ({ trx }) => {
    await requireRegisterCodes(trx, caller.accountUin, ids);
    await change(new RegisterCodeStore(trx));
    return {} as MessageInitShape<O>;
  });
}
