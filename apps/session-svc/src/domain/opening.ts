import { checkUsername, checkWorkingDirectory } from '@muster/command';
import { instanceKind, invalid } from '@muster/kernel';
import { MOST_CELLS } from '@muster/terminal';
import type { SessionKindName } from './session-kind.ts';

export const REASON_MAX_CHARACTERS = 256;
export const GRACE_MAX_SECONDS = 3_600;
const GRACE_DEFAULT_SECONDS = 60;
const COLUMNS_DEFAULT = 80;
const ROWS_DEFAULT = 24;

/** The session that is wanted. */
export interface Opening {
  readonly instanceId: string;
  readonly kind: SessionKindName;
  /** FORWARD: `host:port`; empty otherwise. */
  readonly forwardTo: string;
  /** Empty for FORWARD. */
  readonly username: string;
  /** Empty: the user's home. */
  readonly workingDirectory: string;
  readonly columns: number;
  readonly rows: number;
  readonly reason: string;
  readonly graceSeconds: number;
}

/** OpenSession, as it was given. */
export interface GivenOpening {
  readonly instanceId: string;
  readonly kind: string;
  readonly username: string;
  readonly workingDirectory: string;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  readonly reason: string;
  readonly graceSeconds?: number | undefined;
}

/**
 * A shell or a copier of files. Refusals: MissingParameter, InvalidParameterValue.InvalidInstanceId, .InvalidUsername,
 * .InvalidWorkingDirectory, .Range, .TooLong, and InvalidParameterValue for SessionKind and Reason.
 */
export function checkOpening(given: GivenOpening): Opening {
  const { kind } = given;
  if (kind !== 'SHELL' && kind !== 'FILES') {
    throw invalid('InvalidParameterValue', 'SessionKind', `must be SHELL or FILES, was ${shown(kind)}`);
  }
  return {
    instanceId: checkInstance(given.instanceId),
    kind,
    forwardTo: '',
    username: checkUsername(given.username, 'SHELL'),
    workingDirectory: given.workingDirectory && checkWorkingDirectory(given.workingDirectory, 'SHELL'),
    columns: within('Columns', given.columns ?? COLUMNS_DEFAULT, { least: 1, most: MOST_CELLS }),
    rows: within('Rows', given.rows ?? ROWS_DEFAULT, { least: 1, most: MOST_CELLS }),
    reason: checkReason(given.reason),
    graceSeconds: within('GraceSeconds', given.graceSeconds ?? GRACE_DEFAULT_SECONDS, {
      least: 0,
      most: GRACE_MAX_SECONDS,
    }),
  };
}

/** ForwardPort, as it was given. */
export interface GivenForwarding {
  readonly instanceId: string;
  readonly host: string;
  readonly port: number;
  readonly reason: string;
}

/** One connection to a port. Refusals: MissingParameter, InvalidParameterValue.InvalidInstanceId, .Range, .TooLong, InvalidParameterValue. */
export function checkForwarding({ instanceId, host, port, reason }: GivenForwarding): Opening {
  if (port === 0) throw invalid('MissingParameter', 'Port', 'is required, was not given');
  return {
    instanceId: checkInstance(instanceId),
    kind: 'FORWARD',
    forwardTo: `${checkHost(host)}:${within('Port', port, { least: 1, most: 65_535 })}`,
    username: '',
    workingDirectory: '',
    columns: COLUMNS_DEFAULT,
    rows: ROWS_DEFAULT,
    reason: checkReason(reason),
    graceSeconds: GRACE_DEFAULT_SECONDS,
  };
}

/** At most 256 characters, in one line: it is shown in terminals. Refusals: InvalidParameterValue.TooLong, InvalidParameterValue. */
export function checkReason(given: string): string {
  const count = [...given].length;
  if (count > REASON_MAX_CHARACTERS) {
    const what = `must be at most ${REASON_MAX_CHARACTERS} characters, was ${count}`;
    throw invalid('InvalidParameterValue.TooLong', 'Reason', what);
  }
  if (/\p{Cc}/u.test(given)) {
    throw invalid('InvalidParameterValue', 'Reason', 'must not hold control characters, but does');
  }
  return given;
}

function checkInstance(given: string): string {
  if (given === '') throw invalid('MissingParameter', 'InstanceId', 'is required, was not given');
  return checkInstanceId(given, 'InstanceId');
}

/** Refusal: InvalidParameterValue.InvalidInstanceId. */
export function checkInstanceId(given: string, field: string): string {
  if (instanceKind(given)) return given;
  throw invalid(
    'InvalidParameterValue.InvalidInstanceId',
    field,
    `must be \`ins-\`, \`lhins-\` or \`rins-\` and 8 to 32 characters of a-z0-9, was ${shown(given)}`,
  );
}

/** A host in the one form that policies compare: as URLs have it (`127.1` is `127.0.0.1`, IPv6 short and in brackets), without a dot behind it. */
function checkHost(given: string): string {
  const host = (given || 'localhost').toLowerCase().replace(/\.$/, '');
  const address = /^\[?([0-9a-f:.]{2,64})\]?$/.exec(host)?.[1];
  const known = address?.includes(':') ? canonical(`[${address}]`) : NAME.test(host) && canonical(host);
  if (known) return known;
  throw invalid('InvalidParameterValue', 'Host', `must be a name or an address, was ${shown(given)}`);
}

const NAME = /^[a-z0-9._-]{1,253}$/;

function canonical(host: string): string | undefined {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

function within(
  field: string,
  given: number,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  if (Number.isInteger(given) && given >= least && given <= most) return given;
  throw invalid('InvalidParameterValue.Range', field, `must be ${least} to ${most}, was ${given}`);
}

function shown(given: string): string {
  return `\`${given.slice(0, 80)}\``;
}
