import { Refusal } from '@muster/kernel';

/** How many tasks wait for their start. */
export interface Backlog {
  readonly ofAccount: number;
  readonly inAll: number;
}

/** Whether so many more tasks fit below the limits. Refusal: ResourceUnavailable, which may be retried once machines have started some. */
export function requireRoom(waiting: Backlog, more: number, limits: Backlog): void {
  if (waiting.ofAccount + more > limits.ofAccount)
    throw full('of the account', waiting.ofAccount, more, limits.ofAccount);
  if (waiting.inAll + more > limits.inAll) throw full('in all', waiting.inAll, more, limits.inAll);
}

function full(whose: string, waiting: number, more: number, limit: number): Refusal {
  const what = `${waiting} tasks ${whose} wait to be started, and ${more} more would pass the limit of ${limit}`;
  return new Refusal('unavailable', 'ResourceUnavailable', `${what}; try again later`);
}
