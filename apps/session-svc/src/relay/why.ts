import type { EndReason, SessionLimits } from '@muster/terminal';

/** Why a deadline ends a session, in words for its owner. */
export function wordsFor(reason: EndReason, limits: SessionLimits): string {
  switch (reason) {
    case 'NOT_USED':
      return 'the ticket was not used';
    case 'START_FAILED':
      return 'the machine did not answer';
    case 'IDLE':
      return `no input and no output for ${limits.idleMs / 1_000} s`;
    case 'TOO_LONG':
      return `open for ${limits.longestMs / 1_000} s`;
    case 'GRACE_OVER':
      return `nobody came back within ${limits.graceMs / 1_000} s`;
    case 'MACHINE_LOST':
      return `the machine was not heard for ${limits.graceMs / 1_000} s`;
    default:
      return '';
  }
}
