import type { Action } from '@muster/cloud-api';
import type { Principal } from '@muster/contract';
import type { Language } from './language.ts';

/** A request at the door, and what is known of it so far. */
export interface Visit {
  readonly requestId: string;
  /** The address at the other end of its socket. */
  readonly peerAddress: string;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
  language: Language;
  action?: Action;
  caller?: Principal;
}
