import { EndReason, type Session, SessionState } from '@muster/contract';

/** How a session stands: a word, and a colour that goes with it. */
export interface StateWord {
  readonly word: string;
  readonly color: 'leaf' | 'amber' | 'brick' | 'petrol' | 'gray';
}

const STATES: Readonly<Record<SessionState, StateWord>> = {
  [SessionState.UNSPECIFIED]: { word: 'Unknown', color: 'gray' },
  [SessionState.PENDING]: { word: 'Opening', color: 'petrol' },
  [SessionState.STARTING]: { word: 'Starting', color: 'petrol' },
  [SessionState.CONNECTED]: { word: 'Connected', color: 'leaf' },
  [SessionState.DETACHED]: { word: 'Nobody connected', color: 'amber' },
  [SessionState.SILENT]: { word: 'Machine silent', color: 'amber' },
  [SessionState.ENDING]: { word: 'Ending', color: 'gray' },
  [SessionState.ENDED]: { word: 'Ended', color: 'gray' },
};

const ENDS: Readonly<Record<EndReason, StateWord>> = {
  [EndReason.UNSPECIFIED]: { word: 'Ended', color: 'gray' },
  [EndReason.EXITED]: { word: 'Exited', color: 'gray' },
  [EndReason.CLOSED]: { word: 'Left', color: 'gray' },
  [EndReason.TERMINATED]: { word: 'Terminated', color: 'amber' },
  [EndReason.REVOKED]: { word: 'Revoked', color: 'brick' },
  [EndReason.IDLE]: { word: 'Idle too long', color: 'amber' },
  [EndReason.TOO_LONG]: { word: 'Open too long', color: 'amber' },
  [EndReason.GRACE_OVER]: { word: 'Not resumed', color: 'amber' },
  [EndReason.MACHINE_LOST]: { word: 'Machine lost', color: 'brick' },
  [EndReason.START_FAILED]: { word: 'Did not start', color: 'brick' },
  [EndReason.NOT_USED]: { word: 'Never begun', color: 'gray' },
};

/** How a session stands, or why it ended. */
export function sessionWord({ sessionState, endReason, exitCode }: Session): StateWord {
  if (sessionState !== SessionState.ENDED) return STATES[sessionState] ?? STATES[SessionState.UNSPECIFIED];
  const end = ENDS[endReason] ?? ENDS[EndReason.UNSPECIFIED];
  return endReason === EndReason.EXITED && exitCode ? { ...end, word: `Exited, ${exitCode}` } : end;
}
