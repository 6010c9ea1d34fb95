import type { LinkEnd, LinkState } from '@muster/terminal-client';
import { readFailure } from '../api/failure.ts';

/** Why a session ended, in words. */
const REASONS: Readonly<Record<string, string>> = {
  EXITED: 'The shell ended',
  CLOSED: 'The shell was left',
  TERMINATED: 'The session was ended by somebody else',
  REVOKED: 'The session was ended: it is not allowed any more',
  IDLE: 'The session was ended: nothing was typed or printed for too long',
  TOO_LONG: 'The session was ended: it was open for as long as a session may be',
  GRACE_OVER: 'The session was ended: nobody came back in time',
  MACHINE_LOST: 'The session is over: the machine or its agent was lost',
  START_FAILED: 'The machine did not start the shell',
  NOT_USED: 'The session was never begun',
};

/** Why it ended, for a name such as `IDLE`. */
export function reasonWords(reason: string): string {
  return REASONS[reason] ?? 'The session is over';
}

/** How a link ended: one line. */
export function endWords(end: LinkEnd): string {
  if (end.kind === 'unreachable') return 'The connection was lost for so long that the session is over';
  if (end.kind === 'refused') return readFailure(end.error).message;
  const { reason, exitCode, signal } = end;
  if (reason !== 'EXITED') return reasonWords(reason);
  if (signal) return `The shell was ended by ${signal}`;
  return exitCode === undefined ? 'The shell ended' : `The shell ended with exit code ${exitCode}`;
}

/** Whether nothing is wrong about how it ended. */
export function endedWell(end: LinkEnd): boolean {
  return end.kind === 'ended' && (end.reason === 'CLOSED' || (end.reason === 'EXITED' && !end.signal));
}

/** How a link stands, in a few words. */
export function stateWords(state: LinkState): string {
  switch (state.kind) {
    case 'connecting':
      return 'Connecting';
    case 'live':
      return 'Connected';
    case 'machine away':
      return 'The machine does not answer';
    case 'taken over':
      return 'Somebody else has taken over; you are watching';
    case 'reconnecting':
      return 'The connection was lost';
  }
}
