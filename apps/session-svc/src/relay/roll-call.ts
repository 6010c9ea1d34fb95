import { type Bus, subjects } from '@muster/bus';
import { SessionSyncSchema } from '@muster/contract';

/** A machine as the bus names it. */
export interface Speaker {
  readonly tenant: string;
  readonly instanceId: string;
}

/** Asks machines which sessions they hold, each one no more often than it is worth. */
export class RollCall {
  readonly #bus: Bus;
  readonly #askedAt = new Map<string, number>();

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Asks a machine, unless it was asked within so many milliseconds. */
  ask({ tenant, instanceId }: Speaker, everyMs: number): void {
    const name = `${tenant}.${instanceId}`;
    const now = performance.now();
    if (now - (this.#askedAt.get(name) ?? Number.NEGATIVE_INFINITY) < everyMs) return;
    this.#askedAt.set(name, now);
    const to = { tenant, instanceId, sessionId: subjects.ALL_SESSIONS };
    this.#bus.publish(subjects.serviceSessionDown(to, 'sync'), SessionSyncSchema, {});
  }

  /** Asks these machines whatever they were asked before. */
  askAnew(speakers: Iterable<Speaker>, everyMs: number): void {
    this.#askedAt.clear();
    for (const speaker of speakers) this.ask(speaker, everyMs);
  }
}
