import { ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import { upstreamError } from '../upstream-error.ts';

/** What `Response.Error` says. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
}

/** Whatever was thrown on the way to an answer, as its caller may see it. Only refusals speak; faults keep their text to themselves. */
export function refusalOf(error: unknown, requestId: string, logger: Logger): ApiError {
  if (error instanceof Refusal) return { code: error.reason, message: error.message };
  if (!(error instanceof ConnectError)) logger.error({ err: error, requestId }, 'a request to the API failed');
  const said = upstreamError(error, requestId, logger);
  const [info] = said.findDetails(ErrorInfoSchema);
  return { code: info?.reason ?? 'InternalError', message: said.rawMessage };
}
