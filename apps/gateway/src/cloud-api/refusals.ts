import { Code, ConnectError } from '@connectrpc/connect';
import type { Action, Product } from '@muster/cloud-api';
import { ErrorInfoSchema } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import { upstreamError } from '../upstream-error.ts';

/** What `Response.Error` says. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
}

/** The call that a refusal answers. */
export interface RefusedCall {
  readonly requestId: string;
  /** Undefined until it is known. */
  readonly action: Action | undefined;
}

/** How each product says that CAM denied. */
const DENIED: Readonly<Record<Product, string>> = {
  tat: 'UnauthorizedOperation.CamAuthFailed',
  cam: 'AuthFailure.UnauthorizedOperation',
  sts: 'AuthFailure.UnauthorizedOperation',
};

/** TAT declares older codes for its actions on invokers. */
const DENIED_INVOKERS: Readonly<Record<string, string>> = {
  CreateInvoker: 'AuthFailure.UnauthorizedOperation',
  ModifyInvoker: 'AuthFailure',
  DeleteInvoker: 'AuthFailure',
  EnableInvoker: 'AuthFailure',
  DisableInvoker: 'AuthFailure',
  DescribeInvokers: 'AuthFailure',
  DescribeInvokerRecords: 'AuthFailure',
};

/** Whatever was thrown on the way to an answer, as its caller may see it. Only refusals speak; faults keep their text to themselves. */
export function refusalOf(error: unknown, { requestId, action: asked }: RefusedCall, logger: Logger): ApiError {
  if (error instanceof Refusal) return { code: error.reason, message: error.message };
  if (!(error instanceof ConnectError)) {
    logger.error({ err: error, requestId }, 'a request to the API failed');
    return { code: 'InternalError', message: `an internal error occurred; its request id is ${requestId}` };
  }
  const [info] = error.findDetails(ErrorInfoSchema);
  if (!info) return ofTransport(upstreamError(error, requestId, logger));
  const { action, resource } = info.metadata;
  if (error.code !== Code.PermissionDenied || !action || !resource || !asked) {
    return { code: info.reason, message: error.rawMessage };
  }
  // the shape that the platform's clients look for
  const message = `[request id:${requestId}]you are not authorized to perform operation (${action})\nresource (${resource}) has no permission\n`;
  return { code: DENIED_INVOKERS[asked.name] ?? DENIED[asked.product], message };
}

/** What no service said. A request is never too large for one (`body.ts`), so what was too large is the answer. */
function ofTransport(said: ConnectError): ApiError {
  if (said.code === Code.ResourceExhausted) {
    return { code: 'ResponseSizeLimitExceeded', message: 'the answer is larger than 16 MB; ask for less at a time' };
  }
  const [info] = said.findDetails(ErrorInfoSchema);
  return { code: info!.reason, message: said.rawMessage };
}
