import { OutputStream } from '@muster/contract';
import { type Line, MOST_LINES, TaskLog } from './task-log.ts';

/** What a watch needs to go on where it stopped. */
export interface Cursor {
  readonly invocationTaskId: string;
  readonly stdoutOffset: number;
  readonly stderrOffset: number;
}

/** The output of all tasks of a run: per task, and together in the order of arrival. */
export class RunLog {
  readonly merged: Line[] = [];
  /** Merged lines that were let go to bound memory. */
  dropped = 0;
  readonly #tasks = new Map<string, TaskLog>();

  task(taskId: string): TaskLog {
    let log = this.#tasks.get(taskId);
    if (!log) {
      log = new TaskLog(taskId);
      this.#tasks.set(taskId, log);
    }
    return log;
  }

  /** False means a gap: the watch has to begin again from the cursors. */
  append(chunk: { invocationTaskId: string; stream: OutputStream; offset: number; data: Uint8Array }): boolean {
    const begun = this.task(chunk.invocationTaskId).append(chunk.stream, chunk.offset, chunk.data);
    if (!begun) return false;
    for (const line of begun) this.merged.push(line);
    const excess = this.merged.length - MOST_LINES;
    if (excess > 0) {
      this.merged.splice(0, excess);
      this.dropped += excess;
    }
    return true;
  }

  cursors(): Cursor[] {
    return [...this.#tasks.values()].map((log) => ({
      invocationTaskId: log.taskId,
      stdoutOffset: log.offset(OutputStream.STDOUT),
      stderrOffset: log.offset(OutputStream.STDERR),
    }));
  }
}
