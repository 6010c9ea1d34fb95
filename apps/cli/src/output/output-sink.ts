import type { InvocationTask } from '@muster/contract';
import type { Chunk } from '../watch.ts';

/** Where script output goes. */
export interface OutputSink {
  /** Makes a task known before its first output. */
  announce(task: InvocationTask): void;
  write(task: InvocationTask, chunk: Chunk): void;
  /** Gives out what was held back: lines without an end, characters without their rest. */
  endAll(): void;
}
