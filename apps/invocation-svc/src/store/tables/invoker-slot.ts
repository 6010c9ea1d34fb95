/** A slot of a schedule that came. The key is what no two schedulers can both have. */
export interface InvokerSlotTable {
  invoker_id: string;
  /** When it was to fire, epoch milliseconds like all times here. */
  slot: number;
  account_uin: string;
  /** `FIRING` until its fate is known: it was claimed, and its run may be there or not. */
  outcome: string;
  /** When it was fired, or found to be missed. */
  invoked_at: number;
  /** Why, in words. */
  reason: string;
  /** The run; null when none was made. */
  invocation_id: string | null;
  /** When it is to be tried next; null when there is nothing to try. */
  due_at: number | null;
}
