import type { SelectionRules } from '@muster/command';
import { invalid, isId, notFound, Refusal } from '@muster/kernel';
import { SESSION_FEATURES, SESSION_STATES, type SessionState } from '@muster/terminal';
import { checkInstanceId } from './opening.ts';
import { SESSION_KINDS, type SessionKindName } from './session-kind.ts';

/** Refusal: InvalidParameterValue.InvalidSessionId. */
export function checkSessionId(given: string, field: string): string {
  if (isId(given, 'ses')) return given;
  const form = `must be \`ses-\` and 8 to 32 characters of a-z0-9, was \`${given.slice(0, 80)}\``;
  throw invalid('InvalidParameterValue.InvalidSessionId', field, form);
}

/** The session that a request names. Refusals: MissingParameter, InvalidParameterValue.InvalidSessionId. */
export function namedSession(given: string): string {
  if (given === '') throw invalid('MissingParameter', 'SessionId', 'is required, was not given');
  return checkSessionId(given, 'SessionId');
}

export const CLOSE_MAX = 100;

/** The sessions that are to end, each once. Refusals: MissingParameter, InvalidParameterValue.LimitExceeded, .InvalidSessionId. */
export function sessionsToClose(given: readonly string[]): readonly string[] {
  if (given.length === 0) throw invalid('MissingParameter', 'SessionIds', 'is required, was not given');
  if (given.length > CLOSE_MAX) {
    const what = `must be at most ${CLOSE_MAX}, was ${given.length}`;
    throw invalid('InvalidParameterValue.LimitExceeded', 'SessionIds', what);
  }
  return [...new Set(given.map((id) => checkSessionId(id, 'SessionIds')))];
}

/** What DescribeSessions accepts. */
export const SESSION_SELECTION: SelectionRules = {
  idsField: 'SessionIds',
  checkId: checkSessionId,
  filters: {
    'instance-id': checkInstanceId,
    'session-state': SESSION_STATES,
    'session-kind': SESSION_KINDS,
    'create-uin': 'any',
    username: 'any',
  },
};

/** A session that this caller has no part in looks like none. */
export function noSession(sessionId: string): Refusal {
  return notFound('ResourceNotFound.SessionNotFound', 'session', sessionId);
}

/** What is said of a machine before a session is opened on it. */
export interface Machine {
  readonly instanceId: string;
  readonly tenant: string;
  readonly online: boolean;
  readonly supportFeatures: readonly string[];
  /** Empty when its agent has never been heard. */
  readonly agentVersion: string;
}

/**
 * The machine that a session of this kind can be opened on. Refusals: ResourceNotFound.InstanceNotFound,
 * ResourceUnavailable.AgentNotInstalled, .AgentStatusNotOnline, .AgentVersionTooLow.
 */
export function requireReady(found: Machine | undefined, instanceId: string, kind: SessionKindName): Machine {
  if (!found) throw notFound('ResourceNotFound.InstanceNotFound', 'instance', instanceId);
  const unfit = (reason: string, what: string) =>
    new Refusal('conflict', `ResourceUnavailable.${reason}`, `InstanceId ${what}`, { field: 'InstanceId' });
  const { agentVersion, online, supportFeatures } = found;
  if (agentVersion === '') {
    throw unfit('AgentNotInstalled', `must have an agent, that of \`${instanceId}\` has never been heard`);
  }
  if (!online) throw unfit('AgentStatusNotOnline', `must have its agent online, that of \`${instanceId}\` is not`);
  if (!supportFeatures.includes(SESSION_FEATURES[kind])) {
    throw unfit(
      'AgentVersionTooLow',
      `must have an agent that can do \`${SESSION_FEATURES[kind]}\`, that of \`${instanceId}\` (version ${agentVersion}) cannot`,
    );
  }
  return found;
}

/** What can be resumed, joined or both. Refusal: ResourceUnavailable.SessionNotOpen. */
export function requireState(
  session: { readonly session_id: string; readonly state: SessionState; readonly end_reason: string | null },
  states: readonly SessionState[],
): void {
  const { session_id: sessionId, state, end_reason: reason } = session;
  if (states.includes(state)) return;
  const why = reason === null ? '' : ` (${reason})`;
  throw new Refusal(
    'conflict',
    'ResourceUnavailable.SessionNotOpen',
    `SessionId must be ${states.join(', ')}, \`${sessionId}\` is ${state}${why}`,
    { field: 'SessionId' },
  );
}

/** Only a terminal shows the same to several. Refusal: UnsupportedOperation. */
export function requireShared(kind: SessionKindName): void {
  if (kind === 'SHELL') return;
  throw new Refusal('invalid', 'UnsupportedOperation', `SessionId must be of a SHELL to be joined, was of ${kind}`, {
    field: 'SessionId',
  });
}

/** Refusal: UnsupportedOperation where no ports are forwarded. */
export function requireForwarding(forwards: boolean): void {
  if (forwards) return;
  throw new Refusal('invalid', 'UnsupportedOperation', 'ports are not forwarded here (`MUSTER_FORWARD_PORTS` is off)');
}
