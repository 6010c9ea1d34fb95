import { create, type DescMessage } from '@bufbuild/protobuf';
import type {
  InvokeCommandResponseSchema,
  RetryInvocationResponseSchema,
  RunCommandResponseSchema,
} from '@muster/contract';
import { answeredBefore, once, type TokenedRequest } from '@muster/db';
import type { Caller } from '@muster/rpc';
import type { Context } from './context.ts';
import type { Around, MadeRun } from './make-run.ts';

type RunAnswer =
  | typeof RunCommandResponseSchema
  | typeof InvokeCommandResponseSchema
  | typeof RetryInvocationResponseSchema;

/** Has a run made once for a client token: the same request again gives the first answer, whatever has become of its machines. */
export function onceForToken<I extends DescMessage>(
  { db, clock, vault }: Pick<Context, 'db' | 'clock' | 'vault'>,
  { accountUin, uin }: Caller,
  tokened: TokenedRequest<I, RunAnswer>,
): Around {
  const repetition = { accountUin, uin, vault };
  const made = (answer: Partial<MadeRun>): MadeRun => ({ ...NOTHING, ...answer });
  return {
    async before() {
      const answer = await answeredBefore(db, repetition, tokened);
      return answer && made(answer);
    },
    async within({ trx }, make) {
      const answer = await once(trx, { ...repetition, now: clock.now() }, tokened, make);
      return made(create(tokened.output, answer));
    },
  };
}

const NOTHING: MadeRun = { invocationId: '', commandId: '', taskCount: 0, offlineCount: 0, skippedCount: 0 };
