import type { Invocation } from './invocation.ts';
import type { LateResult, OutputStream, Task } from './task.ts';

/** One committed change of a run. The sequence numbers of a run rise by one from change to change. */
export type RunChange = { readonly invocationId: string; readonly sequence: number } & (
  | { readonly kind: 'created'; readonly invocation: Invocation; readonly taskCount: number }
  | { readonly kind: 'task'; readonly task: Task }
  /** Its machine told of the end of a task that the service had given up. */
  | { readonly kind: 'late'; readonly task: Task; readonly late: LateResult }
  | { readonly kind: 'invocation'; readonly invocation: Invocation }
  | { readonly kind: 'output'; readonly output: TaskOutput }
);

/** Bytes of one output of a task at one place. */
export interface TaskOutput {
  readonly invocationTaskId: string;
  readonly stream: OutputStream;
  /** Where `data` begins, in bytes. */
  readonly offset: number;
  readonly data: Uint8Array;
  /** When the service received it, epoch milliseconds; undefined where that was not recorded. */
  readonly receivedAt: number | undefined;
}
