import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema, StatusSchema } from '@muster/contract';
import { Refusal, type RefusalKind } from '@muster/kernel';

/** The only table from refusals to gRPC status codes. */
const CODE_OF_KIND: Record<RefusalKind, Code> = {
  invalid: Code.InvalidArgument,
  unauthenticated: Code.Unauthenticated,
  denied: Code.PermissionDenied,
  not_found: Code.NotFound,
  conflict: Code.FailedPrecondition,
  exhausted: Code.ResourceExhausted,
  unavailable: Code.Unavailable,
};

const KIND_OF_CODE = new Map(Object.entries(CODE_OF_KIND).map(([kind, code]) => [code, kind as RefusalKind]));

/**
 * Most characters of a message, and of each detail. Both travel as headers; headers beyond what a client takes end its connection, and
 * with it the calls of everybody else who shares it.
 */
const MESSAGE_MAX_CHARACTERS = 2_000;
const DETAIL_MAX_CHARACTERS = 500;

/** What a call is answered with when it fails. */
export interface FailedStatus {
  readonly code: Code;
  readonly message: string;
  /** The value of `grpc-status-details-bin`: a google.rpc.Status with one google.rpc.ErrorInfo. */
  readonly details: Uint8Array;
  /** True for anything that is not a refusal: log it, for the caller is told nothing. */
  readonly fault: boolean;
}

/** Turns whatever was thrown into a status. Refusals speak; every other error is InternalError and keeps its text to itself. */
export function errorToStatus(error: unknown, requestId: string): FailedStatus {
  const refusal = error instanceof Refusal ? error : undefined;
  const code = refusal ? CODE_OF_KIND[refusal.kind] : Code.Internal;
  const reason = refusal?.reason ?? 'InternalError';
  const fault = `an internal error occurred; its request id is ${requestId}`;
  const message = cut(refusal?.message ?? fault, MESSAGE_MAX_CHARACTERS);
  const metadata: Record<string, string> = { request_id: requestId };
  for (const [key, value] of Object.entries(refusal?.details ?? {})) {
    if (value) metadata[key] = cut(value, DETAIL_MAX_CHARACTERS);
  }
  const info = create(ErrorInfoSchema, { reason, domain: 'muster', metadata });
  const status = create(StatusSchema, { code, message, details: [anyPack(ErrorInfoSchema, info)] });
  return { code, message, details: toBinary(StatusSchema, status), fault: !refusal };
}

function cut(text: string, most: number): string {
  // half of a surrogate pair is no text that can be sent
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}

/** The way back: an error of another service's answer as a refusal, or a fault when it was not one. */
export function statusToError(error: unknown): Error {
  const failed = ConnectError.from(error);
  const info = failed.findDetails(ErrorInfoSchema).find((detail) => detail.domain === 'muster');
  const kind = KIND_OF_CODE.get(failed.code);
  if (info && kind) {
    const { field, action, resource, retryAfterMs } = info.metadata;
    return new Refusal(kind, info.reason, failed.rawMessage, {
      ...(field ? { field } : {}),
      ...(action ? { action } : {}),
      ...(resource ? { resource } : {}),
      ...(retryAfterMs ? { retryAfterMs } : {}),
    });
  }
  if (failed.code === Code.Unavailable || failed.code === Code.DeadlineExceeded) {
    return new Refusal('unavailable', 'ServiceUnavailable', 'a service did not answer in time; try again');
  }
  return failed;
}
