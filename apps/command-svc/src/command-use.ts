import type { Transport } from '@connectrpc/connect';
import { InvocationInternalService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { createServiceClient } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import type { UsedCommands } from './domain/library.ts';

/** Where the commands of an account are in use. Refusal: ServiceUnavailable when nobody says. */
export type CommandUse = (accountUin: string, commandIds: readonly string[]) => Promise<UsedCommands>;

const DEADLINE_MS = 5_000;

/** Asks invocation-svc. No answer, whatever the cause, is a refusal: what may be in use is not deleted. */
export function remoteCommandUse(transport: Transport, logger: Logger): CommandUse {
  const invocations = createServiceClient(InvocationInternalService, transport, { timeoutMs: DEADLINE_MS });
  return async (accountUin, commandIds) => {
    try {
      return await invocations.describeCommandUse({ accountUin, commandIds: [...commandIds] });
    } catch (error) {
      logger.warn({ err: error }, 'invocation-svc does not say which commands are in use');
      throw new Refusal(
        'unavailable',
        'ServiceUnavailable',
        'whether the command is in use could not be learned, so it was not deleted; try again',
      );
    }
  };
}
