import type { Authorizer } from '@muster/rpc';
import type { Context } from './context.ts';
import type { Delegations } from './delegations.ts';

/** What the doors for schedules may use. */
export interface InvokerContext
  extends Pick<
    Context,
    'db' | 'write' | 'clock' | 'logger' | 'region' | 'library' | 'vault' | 'rules' | 'kickDispatch'
  > {
  /** Decides on firings, which no call asks for. */
  readonly authorizer: Authorizer;
  readonly delegations: Delegations;
  /** Looks for slots that have come now; called after a commit that changed a schedule. */
  readonly kickScheduler: () => void;
}
