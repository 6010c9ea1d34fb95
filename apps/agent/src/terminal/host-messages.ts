import type { Limits } from '../supervisor/control-groups.ts';
import type { Inherited } from '../supervisor/prepare.ts';

/** What the terminal host needs to know of the agent. */
export interface HostSetup {
  readonly instanceId: string;
  readonly inherited: Inherited;
  readonly limits: Limits;
}

/** What the agent says to its terminal host. When the pipe ends, whyever, the host ends every shell and then itself. */
export type ToHost =
  /** Comes first. */
  | { readonly kind: 'setup'; readonly setup: HostSetup }
  /** A SessionOrder that was admitted. */
  | { readonly kind: 'open'; readonly order: Uint8Array }
  /** The order came again: say again that the shell runs. */
  | { readonly kind: 'again'; readonly sessionId: string }
  /** A SignedSessionMessage, as it came. */
  | { readonly kind: 'message'; readonly sessionId: string; readonly data: Uint8Array }
  | { readonly kind: 'held' }
  /** End every shell, and then yourself. */
  | { readonly kind: 'end' };

/** What the terminal host says. */
export type FromHost =
  /** A SessionReport for the service. */
  | { readonly kind: 'report'; readonly sessionId: string; readonly data: Uint8Array }
  /** A shell could not be opened; `info` is a sentence for people. */
  | { readonly kind: 'refused'; readonly sessionId: string; readonly info: string }
  /** Nothing of the session is left here, but for processes that could not be killed. */
  | { readonly kind: 'over'; readonly sessionId: string; readonly survivors: readonly number[] }
  /** A HeldSessions for the service. */
  | { readonly kind: 'held'; readonly data: Uint8Array }
  /** A message that nobody with the session's key wrote, or none at all. */
  | { readonly kind: 'unreadable'; readonly sessionId: string };
