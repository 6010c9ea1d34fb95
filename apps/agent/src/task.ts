import { HeldState, type ResultReport, TaskOutcome } from '@muster/contract';
import { failPoint, type Logger } from '@muster/telemetry';
import { Backoff } from './backoff.ts';
import { standingOf } from './domain/outcome.ts';
import { uploadLimitMs } from './domain/upload.ts';
import { Ending } from './ending.ts';
import type { FollowedOutput } from './followed-output.ts';
import { uptimeMs } from './host.ts';
import type { Reporter } from './report.ts';
import { resultOf } from './result.ts';
import type { Slots } from './slots.ts';
import type { TaskFolder } from './spool/task-folder.ts';
import { findSupervisor } from './supervisor/process-list.ts';
import { killScript, runScript, type ScriptContext } from './supervisor/script.ts';
import type { Uplink } from './uplink.ts';
import type { UploadEnd } from './upload.ts';

/** What a task needs of its agent. */
export interface TaskContext extends Pick<ScriptContext, 'bootId' | 'inherited' | 'veto' | 'groups'> {
  readonly uplink: Uplink;
  readonly reporter: Reporter;
  readonly slots: Slots;
  readonly logger: Logger;
  /** Aborts when the agent stops; scripts and journal stay as they are. */
  readonly stopping: AbortSignal;
}

/** Why the agent no longer holds a task: it is over, or it was never allowed to start. */
export type Farewell = 'over' | 'not granted';

/**
 * One task from its claim to the service's last word. Every step is on disk before the next one, so `run` may be called again after
 * any failure, and by another agent, and goes on from there.
 */
export class Task {
  readonly folder: TaskFolder;
  readonly ending: Ending;
  readonly #context: TaskContext;
  readonly #logger: Logger;
  readonly #backoff = new Backoff();
  readonly #forgotten = new AbortController();
  readonly #signal: AbortSignal;
  readonly #output: FollowedOutput;
  readonly #concluded = Promise.withResolvers<void>();

  constructor(folder: TaskFolder, context: TaskContext) {
    this.folder = folder;
    this.ending = new Ending(folder);
    this.#context = context;
    this.#logger = context.logger.child({ invocationTaskId: folder.id });
    this.#signal = AbortSignal.any([context.stopping, this.#forgotten.signal]);
    this.#output = context.reporter.follow(folder);
  }

  get heldState(): HeldState {
    const { result, permit } = this.folder.traces();
    if (result) return HeldState.FINISHED;
    return permit ? HeldState.RUNNING : HeldState.CLAIMED;
  }

  /** Resolves when the result is on disk. */
  get concluded(): Promise<void> {
    return this.#concluded.promise;
  }

  /** The service has its end, whatever this machine thinks: drops it, and kills its script if that still runs. */
  forget(): void {
    this.#forgotten.abort();
  }

  /** The service can be reached again. */
  wake(): void {
    this.#backoff.wake();
  }

  /** Rejects when the agent stops, and on faults of the machine such as a full disk. */
  async run(): Promise<Farewell> {
    const farewell = await this.#live().catch(async (error) => {
      if (!this.#forgotten.signal.aborted) throw error;
      if (this.heldState === HeldState.RUNNING) await killScript(this.folder, this.#context.groups);
      return 'over' as const;
    });
    this.#context.reporter.unfollow(this.folder.id);
    await this.#output.stop();
    this.#context.groups.remove(this.folder.order);
    await this.folder.remove();
    return farewell;
  }

  async #live(): Promise<Farewell> {
    const result = this.folder.result() ?? (await this.#untilResult());
    if (!result) return 'not granted';
    this.#concluded.resolve();
    await this.#deliver(result);
    return 'over';
  }

  /** Undefined when the service does not let it start. */
  async #untilResult(): Promise<ResultReport | undefined> {
    const { bootId, inherited, veto, groups, slots } = this.#context;
    const traces = this.folder.traces();
    // also without a permit: one that an agent launched just before it died may be about to take it
    const supervised = traces.bootId === bootId && findSupervisor(this.folder.id) !== undefined;
    const standing = standingOf(traces, { bootId, supervised });
    const release = standing === 'claimed' ? await this.#acquireSlot() : slots.occupy();
    try {
      if (standing === 'claimed' && !(await this.#askToStart())) return undefined;
      const changed = () => void this.#follow();
      const signal = this.#signal;
      const { ending } = this;
      const context = { bootId, inherited, veto, groups, ending, changed, signal };
      const { end, survivors } = await runScript(this.folder, standing, context);
      await failPoint('agent.after-exit');
      const totals = await this.#output.conclude();
      const result = resultOf(this.folder, { end, totals }, { cause: ending.cause, survivors, bootId });
      Object.assign(result, await this.#upload(result));
      await this.folder.recordResult(result);
      await failPoint('agent.after-result');
      await this.folder.removeScript();
      this.#logger.info({ outcome: result.outcome, exitCode: result.exitCode }, 'ended');
      return result;
    } finally {
      release();
    }
  }

  /** Puts the full output where the order says, if the script ever ran. Another agent does it again from the beginning. */
  async #upload({ outcome }: ResultReport): Promise<UploadEnd | undefined> {
    const { upload, timeoutSeconds } = this.folder.order;
    const launch = this.folder.launch();
    if (!upload || !launch || outcome === TaskOutcome.START_FAILED) return undefined;
    // whoever follows the output does not wait for this
    this.#context.reporter.pump();
    const { cause, cancelled } = this.ending;
    const runningMs = launch.bootId === this.#context.bootId ? uptimeMs() - launch.uptimeMs : undefined;
    const { uploadOutput } = await import('./upload.ts');
    const end = await uploadOutput(upload, this.#output.kept, {
      limitMs: uploadLimitMs({ timeoutSeconds, runningMs, killed: cause !== undefined }),
      cancelled: cause === undefined ? cancelled : undefined,
      signal: this.#signal,
    });
    if (end.outputUploadError) this.#logger.warn({ reason: end.outputUploadError }, 'the output could not be uploaded');
    return end;
  }

  /** A cancelled task does not wait for its turn: it only has to learn whether it had been allowed to start. */
  async #acquireSlot(): Promise<() => void> {
    try {
      const { invocationId } = this.folder.order;
      return await this.#context.slots.acquire(invocationId, AbortSignal.any([this.#signal, this.ending.signal]));
    } catch {
      this.#signal.throwIfAborted();
      return () => {};
    }
  }

  /** Asks until there is an answer; without one nothing starts. */
  async #askToStart(): Promise<boolean> {
    const { granted, reason } = await this.#untilAnswered(() =>
      this.#context.uplink.start(this.folder.id, this.folder.claim),
    );
    this.#logger.info({ granted, ...(reason ? { reason } : {}) }, 'asked to start');
    if (granted) await failPoint('agent.after-grant');
    return granted;
  }

  /** There may be more output to send. */
  async #follow(): Promise<void> {
    try {
      await this.#output.refresh();
      this.#context.reporter.pump();
    } catch (error) {
      this.#logger.warn({ err: error }, 'output could not be masked yet; it waits');
    }
  }

  /** Sends the output, then the result, until the service has both. */
  async #deliver(result: ResultReport): Promise<void> {
    await this.#output.conclude();
    for (;;) {
      this.#context.reporter.pump();
      await this.#output.sent(this.#signal);
      const { committed, position } = await this.#untilAnswered(() => this.#context.uplink.result(result));
      if (committed) return;
      if (position) this.#output.position(position);
      if (this.#output.complete) await this.#backoff.wait(this.#signal);
    }
  }

  async #untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const answer = await ask();
        this.#signal.throwIfAborted();
        return answer;
      } catch (error) {
        this.#signal.throwIfAborted();
        this.#logger.debug({ err: error }, 'nobody answered; asking again');
        await this.#backoff.wait(this.#signal);
      }
    }
  }
}
