import { TaskOutcome } from '@muster/contract';
import type { Logger } from '@muster/telemetry';
import type { Admission, Admitted } from './admit.ts';
import type { CredentialKeeper } from './credential-keeper.ts';
import { tenantOf } from './identity.ts';
import type { Session, SessionEvents } from './session.ts';
import type { Journal } from './spool/journal.ts';
import type { Tasks } from './tasks.ts';

/** What receiving needs. */
export interface ReceiverOptions {
  readonly admission: Admission;
  readonly keeper: CredentialKeeper;
  readonly journal: Journal;
  readonly tasks: Tasks;
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
    const { admission, keeper, journal, tasks, logger } = this.#options;
    const { instanceId, credentials } = keeper.identity;
    const admitted = admission.admit(data, credentials.signingKeys, {
      tenant: tenantOf(credentials),
      instanceId,
      epoch: session.epoch,
      serviceNowMs: session.serviceNowMs,
      isKnown: (id) => this.#claiming.has(id) || tasks.has(id),
      isFinished: (id) => journal.finished.has(id),
    });
    if (typeof admitted === 'string') {
      logger.warn({ reason: admitted, total: admission.refused[admitted] }, 'refused an order');
      return;
    }
    this.#claiming.add(admitted.order.invocationTaskId);
    this.#next(() => this.#claim(admitted, session));
  }

  cancel(id: string): void {
    this.#next(() => this.#options.tasks.cancel(id));
  }

  fin(id: string): void {
    this.#next(() => this.#options.tasks.forget(id));
  }

  #next(work: () => void | Promise<void>): void {
    this.#queue = this.#queue.then(work);
  }

  async #claim({ order, bytes }: Admitted, session: Session): Promise<void> {
    const { journal, tasks, logger } = this.#options;
    const { invocationTaskId } = order;
    try {
      const folder = await journal.claim(invocationTaskId, bytes);
      if (folder) tasks.take(folder);
    } catch (error) {
      logger.error({ err: error, invocationTaskId }, 'a task could not be put on disk');
      const errorInfo = 'NO_SPACE: the agent could not write the task to its journal';
      // there is nothing to repeat it from; when it is lost, the service sends the order again
      void session
        .result({ invocationTaskId, outcome: TaskOutcome.START_FAILED, exitCode: -1, errorInfo })
        .catch(() => {});
    } finally {
      this.#claiming.delete(invocationTaskId);
    }
  }
}
