import type { MessageInitShape } from '@bufbuild/protobuf';
import type { SessionReportSchema } from '@muster/contract';

/** What an open session says. */
export type ShellReport = NonNullable<MessageInitShape<typeof SessionReportSchema>['what']>;

/** How what runs in a session ended: by itself with a code, or by a signal. */
export interface EndpointExit {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

/** What runs at the other end of a session's streams: a shell in a terminal, a program behind pipes, a connection. */
export interface Endpoint {
  /** Settles when it is over and all of its output was handed on. Rejects when it could not be started. */
  readonly exited: Promise<EndpointExit>;
  /** Resolves when it has taken the bytes; what was written before comes before. Rejects once it takes no more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Does nothing where there is no terminal. */
  resize(columns: number, rows: number): void;
  /** Hands on no more output: whoever prints has to wait. */
  pause(): void;
  resume(): void;
  /** Asks it to end; its processes are killed beside that, so `exited` settles soon after. */
  hangUp(): void;
}

/** Where an endpoint puts what it has to say. */
export interface EndpointSink {
  /** Every byte of output, once and in order. After `pause` at most what was read already. */
  output(bytes: Uint8Array): void;
  /** Anything else for the service. It may get lost on the way; nobody sends it again. */
  report(report: ShellReport): void;
}

/** An endpoint of which is known that it can be opened. */
export interface Openable {
  /** What is opened, for `SessionStarted.shell`. */
  readonly name: string;
  open(sink: EndpointSink): Endpoint;
}
