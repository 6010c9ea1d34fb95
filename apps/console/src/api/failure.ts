import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@muster/contract';

/** A refused or failed call in the words a person needs. */
export interface Failure {
  /** TAT's or CAM's code, such as `InvalidParameterValue.Range`. */
  readonly code: string;
  readonly message: string;
  /** The CAM action and resource of a denial. */
  readonly action?: string;
  readonly resource?: string;
  readonly requestId?: string;
  /** Nobody knows who is asking: the token has ended. */
  readonly unauthenticated: boolean;
  /** Nothing was wrong with the request; asking again may help. */
  readonly passing: boolean;
}

const PASSING: readonly Code[] = [Code.Unavailable, Code.DeadlineExceeded, Code.Aborted, Code.Unknown, Code.Canceled];

/** Reads whatever a call threw. */
export function readFailure(error: unknown): Failure {
  const failed = ConnectError.from(error);
  const info = failed.findDetails(ErrorInfoSchema)[0];
  // Muster's own refusals all carry a code; what comes without one is the network's doing, or of something in between
  const unreached = !info && failed.code !== Code.Unimplemented;
  const { action, resource, request_id: requestId } = info?.metadata ?? {};
  return {
    code: info?.reason ?? (unreached ? 'GatewayUnreachable' : 'UnsupportedOperation'),
    message: unreached ? 'the gateway cannot be reached; it is asked again' : failed.rawMessage,
    ...(action ? { action } : {}),
    ...(resource ? { resource } : {}),
    ...(requestId ? { requestId } : {}),
    unauthenticated: failed.code === Code.Unauthenticated,
    passing: unreached || PASSING.includes(failed.code),
  };
}
