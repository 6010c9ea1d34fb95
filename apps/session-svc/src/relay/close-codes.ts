import { Refusal } from '@muster/kernel';

/** Why the service closes a socket. Clients tell people the reason; with any of these but the first they may ask for another ticket. */
export const CLOSE = {
  /** The session is over, or a watcher wanted to leave. */
  OVER: 1000,
  /** The service stops. */
  AWAY: 1001,
  /** What came is no frame, or not one that may come now. */
  FAULT: 4400,
  /** Ticket and token open nothing. */
  NOT_KNOWN: 4401,
  /** Not allowed, or not any more. */
  DENIED: 4403,
  /** Nothing came in time. */
  TOO_LATE: 4408,
  /** It takes too little, or there are too many. */
  TOO_MUCH: 4429,
  /** Something that has to be asked does not answer. */
  UNAVAILABLE: 4503,
} as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];

/** The code for what went wrong, with words for people. Only a refusal speaks for itself. */
export function closingOf(error: unknown): { code: CloseCode; words: string } {
  if (!(error instanceof Refusal)) return { code: CLOSE.UNAVAILABLE, words: 'this failed; try again' };
  const words = error.message;
  if (error.kind === 'unauthenticated') return { code: CLOSE.NOT_KNOWN, words };
  if (error.kind === 'denied') return { code: CLOSE.DENIED, words };
  return { code: error.kind === 'unavailable' ? CLOSE.UNAVAILABLE : CLOSE.FAULT, words };
}
