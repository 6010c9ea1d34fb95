/** How a refusal is to be understood, independent of any transport. `libs/rpc/src/errors-to-status.ts` maps it to a gRPC status. */
export type RefusalKind =
  | 'invalid' // the request itself is wrong; sending it again will not help
  | 'unauthenticated' // nobody knows who is asking
  | 'denied' // known, and not allowed
  | 'not_found' // the named thing does not exist for this caller
  | 'conflict' // the thing exists already, or is in a state that forbids the change
  | 'exhausted' // a quota or rate is used up
  | 'unavailable'; // a dependency did not answer; sending it again may help

/** What a refusal says besides its text; every value is safe to show to the caller. */
export interface RefusalDetails {
  /** The request field at fault, as TAT spells it (`Timeout`, `InstanceIds`). */
  readonly field?: string;
  /** The CAM action and six-segment resource of a denial. */
  readonly action?: string;
  readonly resource?: string;
  /** After how many milliseconds the same call may succeed. */
  readonly retryAfterMs?: string;
}

/**
 * A typed "no" of Muster's own making. `reason` is a TAT or CAM error code (spec section 13); the message names
 * the field, the limit and what was given. Anything else that is thrown is a fault and reaches callers only as InternalError.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: RefusalKind;
  readonly reason: string;
  readonly details: RefusalDetails;

  constructor(kind: RefusalKind, reason: string, message: string, details: RefusalDetails = {}) {
    super(message);
    this.kind = kind;
    this.reason = reason;
    this.details = details;
  }
}

/** A refused request value: `invalid('InvalidParameterValue.Range', 'Timeout', 'must be 1 to 86400 seconds, was 0')`. */
export function invalid(reason: string, field: string, what: string): Refusal {
  return new Refusal('invalid', reason, `${field} ${what}`, { field });
}

/** A thing the caller named that does not exist for them: `notFound('ResourceNotFound.CommandNotFound', 'command', 'cmd-1a2b3c4d')`. */
export function notFound(reason: string, noun: string, id: string): Refusal {
  return new Refusal('not_found', reason, `no ${noun} \`${id}\``);
}
