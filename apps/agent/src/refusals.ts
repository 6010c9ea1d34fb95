import { REFUSALS, type Refusal } from './domain/admission.ts';

/** What the agent refused since it started: one counter a reason. */
export class Refusals {
  readonly counts = Object.fromEntries(REFUSALS.map((reason) => [reason, 0])) as Record<Refusal, number>;

  /** Counts one more; gives how many there are. */
  count(reason: Refusal): number {
    this.counts[reason] += 1;
    return this.counts[reason];
  }

  /** As the service is told: those that happened. */
  said(): Record<string, bigint> {
    const happened = Object.entries(this.counts).filter(([, count]) => count > 0);
    return Object.fromEntries(happened.map(([reason, count]) => [reason, BigInt(count)]));
  }
}
