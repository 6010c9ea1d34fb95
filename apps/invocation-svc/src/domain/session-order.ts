import { checkUsername, checkWorkingDirectory } from '@muster/command';
import { instanceKind, invalid, isId } from '@muster/kernel';
import { MOST_CELLS } from '@muster/terminal';

/** The most bytes of a serialised order. */
export const ORDER_MAX_BYTES = 4_096;
/** How long an order may be on its way to the machine. */
export const ORDER_LIVES_MS = 60_000;
/** The most machines that session-svc asks about at once. */
export const SESSION_INSTANCES_MAX = 1_000;
const GRACE_MAX_SECONDS = 3_600;
const LONGEST_MAX_SECONDS = 604_800;
const FEATURES_MAX = 8;

/** The parts of an order for a shell that can be wrong by themselves. */
export interface GivenSessionOrder {
  readonly sessionId: string;
  readonly instanceId: string;
  /** Undefined for one that came up after this service. */
  readonly program: 'SHELL' | 'FILES' | 'FORWARD' | undefined;
  readonly frameKey: Uint8Array;
  readonly username: string;
  readonly workingDirectory: string;
  readonly columns: number;
  readonly rows: number;
  readonly graceSeconds: number;
  readonly longestSeconds: number;
  readonly requiredFeatures: readonly string[];
  readonly forwardTo: string;
}

/**
 * Refuses what no order can be, so that the key that machines trust signs nothing else. Refusals: InvalidParameterValue,
 * .InvalidInstanceId, .InvalidUsername, .InvalidWorkingDirectory.
 */
export function checkSessionOrder(order: GivenSessionOrder): void {
  const wrong = (field: string, rule: string) => invalid('InvalidParameterValue', field, rule);
  const requireWithin = (field: string, given: number, least: number, most: number) => {
    if (given < least || given > most) throw wrong(field, `must be ${least} to ${most}, was ${given}`);
  };
  if (!isId(order.sessionId, 'ses')) throw wrong('SessionId', 'must be `ses-` and 8 to 32 characters of a-z0-9');
  if (!instanceKind(order.instanceId)) {
    throw invalid('InvalidParameterValue.InvalidInstanceId', 'InstanceId', 'must be the id of a machine');
  }
  if (!order.program) throw wrong('Program', 'must be SHELL, FILES or FORWARD');
  requireWithin('FrameKey length', order.frameKey.length, 32, 32);
  if (order.program !== 'FORWARD' && order.username === '') throw wrong('Username', 'is required, was not given');
  checkUsername(order.username, 'SHELL');
  checkWorkingDirectory(order.workingDirectory, 'SHELL');
  // what has no terminal has no size either; the machine is told one all the same
  requireWithin('Columns', order.columns, 1, MOST_CELLS);
  requireWithin('Rows', order.rows, 1, MOST_CELLS);
  requireWithin('GraceSeconds', order.graceSeconds, 0, GRACE_MAX_SECONDS);
  requireWithin('LongestSeconds', order.longestSeconds, 1, LONGEST_MAX_SECONDS);
  requireWithin('RequiredFeatures length', order.requiredFeatures.length, 0, FEATURES_MAX);
  if (order.requiredFeatures.some((feature) => !/^[\w-]{1,40}$/.test(feature))) {
    throw wrong('RequiredFeatures', 'must be names of 1 to 40 characters of A-Za-z0-9_-');
  }
  const forwards = order.program === 'FORWARD';
  if (forwards ? !isForwardTo(order.forwardTo) : order.forwardTo !== '') {
    throw wrong('ForwardTo', 'must be `host:port` for FORWARD, and empty for the others');
  }
}

/** `host:port`, the host a name or an address as the machine reaches it; IPv6 in brackets. */
function isForwardTo(text: string): boolean {
  const found = /^(?:\[[0-9a-f:.%]{2,64}\]|[a-z0-9._-]{1,253}):(\d{1,5})$/i.exec(text);
  const port = Number(found?.[1] ?? 0);
  return port >= 1 && port <= 65_535;
}
