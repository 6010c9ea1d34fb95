import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@muster/contract';
import type { Logger } from '@muster/telemetry';

/**
 * A failed forward as the caller may see it. What a service said passes unchanged: code, text and details. What a transport
 * said on its own names addresses and ports, so only its code passes.
 */
export function upstreamError(error: unknown, requestId: string, logger: Logger): ConnectError {
  const failed = error instanceof ConnectError ? error : new ConnectError('fault', Code.Internal);
  const metadata = { 'x-request-id': requestId };
  if (failed.findDetails(ErrorInfoSchema).length > 0) {
    const passed = new ConnectError(failed.rawMessage, failed.code, metadata);
    passed.details = failed.details;
    return passed;
  }
  const { reason, message } = inOwnWords(failed.code, requestId);
  if (failed.code !== Code.Canceled) logger.warn({ err: error, requestId }, 'a call was not answered by its service');
  return new ConnectError(message, failed.code, metadata, [
    { desc: ErrorInfoSchema, value: { reason, domain: 'muster', metadata: { request_id: requestId } } },
  ]);
}

function inOwnWords(code: Code, requestId: string): { reason: string; message: string } {
  switch (code) {
    case Code.Unavailable:
      return { reason: 'ServiceUnavailable', message: 'the service cannot be reached; try again' };
    case Code.DeadlineExceeded:
      return { reason: 'ServiceUnavailable', message: 'the deadline passed before the service answered' };
    case Code.Canceled:
      return { reason: 'Canceled', message: 'the caller cancelled' };
    case Code.Unimplemented:
      return { reason: 'UnsupportedOperation', message: 'the service does not offer this method' };
    default:
      return {
        reason: 'InternalError',
        message: `an internal error occurred; its request id is ${requestId}`,
      };
  }
}
