import { HeldState, type HeldVerdict, Verdict } from '@muster/contract';
import type { Logger } from '@muster/telemetry';
import { Backoff } from './backoff.ts';
import type { NotedIds } from './spool/noted-ids.ts';
import type { TaskFolder } from './spool/task-folder.ts';
import { Task, type TaskContext } from './task.ts';

/** Every task that the agent holds, and what the service says about them. */
export class Tasks {
  readonly #context: TaskContext;
  readonly #finished: NotedIds;
  readonly #changed: () => void;
  readonly #logger: Logger;
  readonly #held = new Map<string, { task: Task; done: Promise<void> }>();

  /** `changed` is called whenever a task comes or goes. */
  constructor(context: TaskContext, finished: NotedIds, changed: () => void) {
    this.#context = context;
    this.#finished = finished;
    this.#changed = changed;
    this.#logger = context.logger;
  }

  has(id: string): boolean {
    return this.#held.has(id);
  }

  /** Takes up a claimed task, new or found in the journal. */
  take(folder: TaskFolder): void {
    const task = new Task(folder, this.#context);
    this.#held.set(folder.id, { task, done: this.#run(task) });
    this.#changed();
  }

  /** As hello lists them. */
  list(): { invocationTaskId: string; state: HeldState }[] {
    return [...this.#held].map(([invocationTaskId, { task }]) => ({ invocationTaskId, state: task.heldState }));
  }

  /** The service's answer to that list. */
  judge(verdicts: readonly HeldVerdict[]): void {
    for (const { invocationTaskId, verdict } of verdicts) {
      if (verdict === Verdict.KILL) this.cancel(invocationTaskId);
      else if (verdict === Verdict.FORGET) this.forget(invocationTaskId);
    }
    // going on and sending again is what they all do once they are awake
    for (const { task } of this.#held.values()) task.wake();
  }

  cancel(id: string): void {
    const held = this.#held.get(id);
    if (!held) return;
    held.task.ending
      .begin('TERMINATED')
      .catch((error) => this.#logger.error({ err: error, invocationTaskId: id }, 'a cancel could not be noted'));
  }

  forget(id: string): void {
    this.#held.get(id)?.task.forget();
  }

  /**
   * Gives up results that nobody has taken for so long that the service has ended their tasks itself, were it there at all. What they said
   * is in the log.
   */
  giveUp(olderThanMs: number): void {
    for (const [invocationTaskId, { task }] of this.#held) {
      if (task.heldState !== HeldState.FINISHED || task.folder.resultAgeMs() < olderThanMs) continue;
      const { outcome, exitCode, errorInfo } = task.folder.result() ?? {};
      this.#logger.error(
        { invocationTaskId, outcome, exitCode, errorInfo },
        'gave up a result that the service did not take for too long',
      );
      task.forget();
    }
  }

  /** Kills every running script; resolves when each has its result on disk. */
  async killAll(): Promise<void> {
    const running = [...this.#held.values()].filter(({ task }) => task.heldState === HeldState.RUNNING);
    await Promise.all(
      running.map(async ({ task, done }) => {
        await task.ending.begin('TERMINATED').catch(() => {});
        await Promise.race([task.concluded, done]);
      }),
    );
  }

  /** Resolves when nothing works on a task any more, after the agent was told to stop. */
  async stopped(): Promise<void> {
    await Promise.all([...this.#held.values()].map(({ done }) => done));
  }

  /** Without the note a replayed order is only refused a little later, by the service. */
  #noteFinished(id: string): void {
    try {
      this.#finished.add(id);
    } catch (error) {
      this.#logger.warn({ err: error, invocationTaskId: id }, 'the end of a task could not be noted');
    }
  }

  async #run(task: Task): Promise<void> {
    const { stopping } = this.#context;
    const backoff = new Backoff({ firstMs: 1_000, mostMs: 30_000 });
    while (!stopping.aborted) {
      try {
        const farewell = await task.run();
        // whoever was not allowed to start may be sent again, to a newer session
        if (farewell === 'over') this.#noteFinished(task.folder.id);
        this.#held.delete(task.folder.id);
        this.#changed();
        return;
      } catch (error) {
        if (stopping.aborted) return;
        this.#logger.error(
          { err: error, invocationTaskId: task.folder.id },
          'a task met a fault; going on with it soon',
        );
        await backoff.wait(stopping).catch(() => {});
      }
    }
  }
}
