import { TaskOutcome } from '@muster/contract';
import type { Logger } from '@muster/telemetry';
import { type Admitted, admit, type Refused } from './admit.ts';
import type { CredentialKeeper } from './credential-keeper.ts';
import { tenantOf } from './identity.ts';
import type { Refusals } from './refusals.ts';
import type { Session, SessionEvents } from './session.ts';
import type { Journal } from './spool/journal.ts';
import { JournalFull } from './spool/journal-room.ts';
import type { Tasks } from './tasks.ts';
import type { Veto } from './veto.ts';

/** What is said of a task that was run and reported, when the service sends it as a new one. */
const RAN_BEFORE = {
  outcome: TaskOutcome.INTERRUPTED,
  exitCode: -1,
  errorInfo: 'INTERRUPTED: this machine ran it before, and told how it ended; the service does not know that any more',
} as const;

/** What receiving needs. */
export interface ReceiverOptions {
  readonly keeper: CredentialKeeper;
  readonly journal: Journal;
  readonly tasks: Tasks;
  readonly veto: Veto;
  readonly refusals: Refusals;
  readonly logger: Logger;
}

/** Takes what the service sends, in the order it came: an order is judged at once and put on disk before anything else is done. */
export class Receiver implements SessionEvents {
  readonly #options: ReceiverOptions;
  /** Orders that are admitted and not on disk yet. */
  readonly #claiming = new Set<string>();
  #queue: Promise<void> = Promise.resolve();

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  task(data: Uint8Array, session: Session): void {
    const { keeper, journal, tasks, veto } = this.#options;
    const { instanceId, credentials } = keeper.identity;
    const judged = admit(data, {
      signingKeys: credentials.signingKeys,
      veto: (order) => veto.over(order),
      tenant: tenantOf(credentials),
      instanceId,
      epoch: session.epoch,
      serviceNowMs: session.serviceNowMs,
      isKnown: (id) => this.#claiming.has(id) || tasks.has(id),
      isFinished: (id) => journal.finished.has(id),
    });
    if ('reason' in judged) {
      this.#refuse(judged, session);
      return;
    }
    this.#claiming.add(judged.order.invocationTaskId);
    this.#next(() => this.#claim(judged, session));
  }

  cancel(id: string): void {
    this.#next(() => this.#options.tasks.cancel(id));
  }

  fin(id: string): void {
    this.#next(() => this.#options.tasks.forget(id));
  }

  unreadable(error: unknown, subject: string): void {
    const { refusals, logger } = this.#options;
    const total = refusals.count('unreadable-message');
    logger.warn({ err: error, subject, total }, 'dropped a message that could not be read');
  }

  #next(work: () => void | Promise<void>): void {
    this.#queue = this.#queue
      .then(work)
      .catch((error) => this.#options.logger.error({ err: error }, 'a message could not be followed'));
  }

  #refuse({ reason, end, finished }: Refused, session: Session): void {
    const { refusals, logger } = this.#options;
    logger.warn({ reason, total: refusals.count(reason), ...end }, 'refused an order');
    if (end) void this.#end(end, session);
    // a service that was restored from a backup sends what it does not know to be over; it is not run again, and that is said
    if (finished) void session.result({ ...RAN_BEFORE, invocationTaskId: finished }).catch(() => {});
  }

  /** Ends a task that never got into the journal. There is nothing to repeat it from: when it is lost, the service sends the order again. */
  async #end(end: { invocationTaskId: string; errorInfo: string }, session: Session): Promise<void> {
    const report = { ...end, outcome: TaskOutcome.START_FAILED, exitCode: -1 };
    await session.result(report).catch(() => {});
  }

  async #claim({ order, bytes }: Admitted, session: Session): Promise<void> {
    const { journal, tasks, logger } = this.#options;
    const { invocationTaskId } = order;
    try {
      const folder = await journal.claim(invocationTaskId, bytes);
      if (folder) tasks.take(folder);
    } catch (error) {
      logger.error({ err: error, invocationTaskId }, 'a task could not be put on disk');
      const errorInfo =
        error instanceof JournalFull ? error.message : 'NO_SPACE: the agent could not write the task to its journal';
      void this.#end({ invocationTaskId, errorInfo }, session);
    } finally {
      this.#claiming.delete(invocationTaskId);
    }
  }
}
