/** What a link needs of a WebSocket; those of browsers, of Node and of `ws` have it. */
export interface LinkSocket {
  binaryType: string;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'open' | 'error', listener: (event: object) => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { reason: string }) => void): void;
}

/** What opens one socket, once. */
export interface LinkTicket {
  readonly ticket: string;
  /** The caller's bearer token. */
  readonly token: string;
}

/** Columns and rows, 1 to 1000 each. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What is said when a connection stands, the first or another one. */
export interface LinkWelcome extends Size {
  /** Whether what is typed here reaches the machine. */
  readonly drives: boolean;
  readonly recordsOutput: boolean;
  readonly recordsInput: boolean;
  readonly graceSeconds: number;
  readonly idleSeconds: number;
  readonly longestSeconds: number;
  /** Bytes typed before the connection broke that were dropped, for somebody else has driven in between; 0 nearly always. */
  readonly droppedInput: number;
}

/** How a link stands. */
export type LinkState =
  /** Not connected yet, for the first time. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** Connected, but the machine is not heard; until then (milliseconds since 1970) the session waits. */
  | { readonly kind: 'machine away'; readonly until: number | undefined }
  /** Somebody else drives: from now on this one watches. */
  | { readonly kind: 'taken over' }
  /** The connection broke. It is tried again at `nextTryAt` (milliseconds since 1970), just now when that is undefined. */
  | {
      readonly kind: 'reconnecting';
      readonly attempt: number;
      readonly nextTryAt: number | undefined;
      readonly why: string;
    };

/** How it ended; nothing comes after it. */
export type LinkEnd =
  /** The session is over. `reason` is an EndReason (`EXITED`, `IDLE` …). */
  | {
      readonly kind: 'ended';
      readonly reason: string;
      readonly exitCode?: number | undefined;
      /** The signal that ended the shell; empty when none did. */
      readonly signal?: string | undefined;
    }
  /** There is no ticket, and asking again would not help: what `ticket` threw. */
  | { readonly kind: 'refused'; readonly error: unknown }
  /** It could not be reached for so long that nothing can be left to come back to. */
  | { readonly kind: 'unreachable'; readonly why: string };

/** Who is told what. */
export interface LinkHandlers {
  /** The next bytes of the output; the service learns that there is room for more once `drawn` is called, in the same order. */
  output(bytes: Uint8Array, drawn: () => void): void;
  /** What follows does not continue what was printed: an empty screen, please. */
  reset(): void;
  /** How the link stands now. */
  state(state: LinkState): void;
  /** It is over. Called once, and not after `detach`. */
  ended(end: LinkEnd): void;
  welcome?(welcome: LinkWelcome): void;
  /** The terminal has another size: who drives changed it. */
  resized?(size: Size): void;
  /** There is room for input again, after `type` took less than it was given. */
  writable?(): void;
}

/** What a link is made of. */
export interface LinkOptions {
  /** Opens a socket to `/terminal`; may throw. */
  connect(): LinkSocket;
  /**
   * Gets a ticket, or tells that the session is over by now: `first` until one was had, then `again`; `watch` when somebody else took
   * over meanwhile, for coming back must not take it away from them.
   */
  ticket(which: 'first' | 'again' | 'watch'): Promise<LinkTicket | Extract<LinkEnd, { kind: 'ended' }>>;
  /** Whether asking again may help. Not asked about the first ticket: nothing is open before it. */
  mayRetry(error: unknown): boolean;
  /** `watch` never sends input nor sizes. */
  readonly role: 'drive' | 'watch';
  readonly size: Size;
  readonly handlers: LinkHandlers;
}
