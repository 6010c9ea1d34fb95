import type { InvocationStatus } from './invocation-status.ts';

/** What became of a slot. `FIRING` is no record yet: somebody claimed it, and its run may be there any moment. */
export type SlotOutcome = 'FIRING' | 'STARTED' | 'MISSED' | 'SKIPPED' | 'QUEUED' | 'REFUSED';

/** A slot of an invoker that came. Times are epoch milliseconds. */
export interface Slot {
  readonly invokerId: string;
  /** When it was to fire. */
  readonly slot: number;
  readonly accountUin: string;
  readonly outcome: SlotOutcome;
  /** When it was fired, or found to be missed. */
  readonly invokedAt: number;
  /** In words. */
  readonly reason: string;
  /** The run. */
  readonly invocationId: string | undefined;
  /** When it is to be tried (again). */
  readonly dueAt: number | undefined;
}

/** A slot as records show it. */
export interface SlotRecord extends Slot {
  /** Where its run stands; undefined without one. */
  readonly status: InvocationStatus | undefined;
}

/** Whether its fate is open. */
export function isOpen({ outcome }: Pick<Slot, 'outcome'>): boolean {
  return outcome === 'FIRING' || outcome === 'QUEUED';
}
