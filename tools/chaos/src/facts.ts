import type { Script } from './scripts.ts';

/** What a chaos run left behind, as the checker wants it. */
export interface Facts {
  /** What scripts copied their output from. */
  readonly blob: Buffer;
  /** Bytes that may be stored of a task's outputs together. */
  readonly outputLimit: number;
  readonly calls: readonly CallFact[];
  readonly runs: readonly RunFact[];
  readonly tasks: readonly TaskFact[];
  /** What scripts wrote outside Muster: `start <task id>` and `end <task id> <code>`. */
  readonly ledger: readonly string[];
  /** Supervisors of tasks that were killed. */
  readonly supervisors: readonly SupervisorFact[];
  /** Steps that no state machine allows. */
  readonly historyFaults: readonly string[];
  /** Processes of tasks that are left. */
  readonly processes: readonly { readonly pid: number; readonly command: string }[];
  /** Ids of the write requests that were answered as done. */
  readonly acceptedRequests: readonly string[];
  readonly audit: AuditFact;
  /** What agents still hold. */
  readonly journals: readonly { readonly machine: string; readonly entry: string }[];
}

/** One call as the client saw it. */
export interface CallFact {
  readonly name: string;
  readonly script: Script;
  /** How many. */
  readonly machines: number;
  readonly answer:
    | { readonly kind: 'accepted'; readonly invocationId: string }
    | { readonly kind: 'refused'; readonly reason: string; readonly attempts: number }
    | { readonly kind: 'unanswered' };
  /** Whether its cancellation was asked for, answered or not. */
  readonly cancelled: boolean;
}

/** One run in the store. */
export interface RunFact {
  readonly invocationId: string;
  /** The name of the call that made it. */
  readonly call: string;
  readonly tasks: number;
}

/** One task in the store. */
export interface TaskFact {
  readonly taskId: string;
  readonly call: string;
  readonly status: string;
  readonly exitCode: number | null;
  readonly errorInfo: string;
  readonly discarded: number;
  /** Bytes that the store says it has. */
  readonly stdoutLength: number;
  readonly stderrLength: number;
  /** What the API gives; undefined when it gave nothing. */
  readonly stdout: OutputFact | undefined;
  readonly stderr: OutputFact | undefined;
}

/** Bytes of an output. */
export interface OutputFact {
  readonly length: number;
  /** Of these bytes, in hexadecimal. */
  readonly sha256: string;
}

/** A supervisor that was killed, and what the task's folder showed afterwards. */
export interface SupervisorFact {
  readonly taskId: string;
  /** It had begun: its script was started, or about to be. */
  readonly permit: boolean;
  /** It had noted the end before. */
  readonly exited: boolean;
}

/** The record of what was asked. */
export interface AuditFact {
  /** Ids of the requests that it says were allowed. */
  readonly allowedRequests: readonly string[];
  /** What is wrong with its chain; undefined for nothing. */
  readonly problem: string | undefined;
}
