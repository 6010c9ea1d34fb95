/** Where a session stands. */
export const SESSION_STATES = [
  'PENDING', // allowed; its ticket has not been used
  'STARTING', // the machine is asked to start the shell
  'CONNECTED', // somebody drives
  'DETACHED', // nobody drives: the shell stays for the grace
  'SILENT', // the machine is not heard: the shell stays for the grace, there as well
  'ENDING', // the machine was told to end the shell
  'ENDED',
] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** What can happen to a session. */
export const SESSION_EVENTS = [
  'redeem', // its ticket was used
  'start', // the machine says that the shell runs
  'attach', // somebody drives, perhaps in the place of somebody else
  'detach', // nobody does any more
  'fall silent', // the machine went away
  'return', // it is heard again, and still has the shell
  'stop', // the shell is to end: a person, a decision or a deadline wants it
  'finish', // the shell is over, or nothing can be heard of it any more
] as const;
export type SessionEvent = (typeof SESSION_EVENTS)[number];

/** Why a session ended. */
export type EndReason =
  | 'EXITED'
  | 'CLOSED'
  | 'TERMINATED'
  | 'REVOKED'
  | 'IDLE'
  | 'TOO_LONG'
  | 'GRACE_OVER'
  | 'MACHINE_LOST'
  | 'START_FAILED'
  | 'NOT_USED';

const OVER = { stop: 'ENDING', finish: 'ENDED' } as const;

/** Every transition there is. */
export const SESSION_TRANSITIONS: Readonly<
  Record<SessionState, Readonly<Partial<Record<SessionEvent, SessionState>>>>
> = {
  PENDING: { redeem: 'STARTING', finish: 'ENDED' },
  STARTING: { start: 'CONNECTED', ...OVER },
  CONNECTED: { attach: 'CONNECTED', detach: 'DETACHED', 'fall silent': 'SILENT', ...OVER },
  DETACHED: { attach: 'CONNECTED', 'fall silent': 'SILENT', ...OVER },
  // whoever still waits at the other end is attached once the machine is back
  SILENT: { return: 'DETACHED', ...OVER },
  ENDING: { finish: 'ENDED' },
  ENDED: {},
};

/** A session's life, as far as its deadlines depend on it. Times are milliseconds since 1970. */
export interface SessionLife {
  readonly state: SessionState;
  readonly since: number;
  /** When the shell started. */
  readonly startedAt?: number;
  /** The last input or output. */
  readonly activeAt: number;
  /** Since when nobody drives, or the machine is silent, without a moment in which it was otherwise. */
  readonly cutAt?: number;
  /** Why it ends; the first reason stays. */
  readonly reason?: EndReason;
}

/** How long things may take. */
export interface SessionLimits {
  readonly ticketMs: number;
  readonly startMs: number;
  readonly graceMs: number;
  readonly idleMs: number;
  readonly longestMs: number;
  readonly endingMs: number;
}

/** What happens by itself, and when. */
export interface Deadline {
  readonly at: number;
  readonly event: 'stop' | 'finish';
  readonly reason: EndReason;
}

/** A session that was just allowed. */
export function openedSession(now: number): SessionLife {
  return { state: 'PENDING', since: now, activeAt: now };
}

/** The session after `event`, or undefined when that cannot happen now. `stop` and `finish` say why. */
export function afterEvent(
  life: SessionLife,
  event: Exclude<SessionEvent, 'stop' | 'finish'>,
  now: number,
): SessionLife | undefined;
export function afterEvent(
  life: SessionLife,
  event: 'stop' | 'finish',
  now: number,
  reason: EndReason,
): SessionLife | undefined;
export function afterEvent(
  life: SessionLife,
  event: SessionEvent,
  now: number,
  reason?: EndReason,
): SessionLife | undefined {
  const state = SESSION_TRANSITIONS[life.state][event];
  if (!state) return undefined;
  const { cutAt, ...rest } = life;
  const cut = state === 'DETACHED' || state === 'SILENT' ? { cutAt: cutAt ?? now } : {};
  const started = event === 'start' ? { startedAt: now, activeAt: now } : {};
  const why = life.reason ?? reason;
  return { ...rest, ...cut, ...started, state, since: now, ...(why && { reason: why }) };
}

/** What will happen when nothing else does; undefined once the session is over. */
export function nextDeadline(life: SessionLife, limits: SessionLimits): Deadline | undefined {
  const { state, since, cutAt, startedAt = since, activeAt, reason = 'MACHINE_LOST' } = life;
  switch (state) {
    case 'PENDING':
      return { at: since + limits.ticketMs, event: 'finish', reason: 'NOT_USED' };
    case 'STARTING':
      // the shell may run by now, and only its word be lost
      return { at: since + limits.startMs, event: 'stop', reason: 'START_FAILED' };
    case 'SILENT':
      return { at: (cutAt ?? since) + limits.graceMs, event: 'finish', reason: 'MACHINE_LOST' };
    case 'ENDING':
      return { at: since + limits.endingMs, event: 'finish', reason };
    case 'ENDED':
      return undefined;
    default:
      return earliest([
        { at: startedAt + limits.longestMs, event: 'stop', reason: 'TOO_LONG' },
        { at: activeAt + limits.idleMs, event: 'stop', reason: 'IDLE' },
        ...(cutAt === undefined
          ? []
          : [{ at: cutAt + limits.graceMs, event: 'stop', reason: 'GRACE_OVER' } satisfies Deadline]),
      ]);
  }
}

function earliest(deadlines: readonly Deadline[]): Deadline {
  return deadlines.reduce((first, each) => (each.at < first.at ? each : first));
}
