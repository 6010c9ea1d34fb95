import type { Authorizer } from '@muster/rpc';
import type { Context } from './context.ts';
import type { Delegations } from './delegations.ts';
import type { InvokeContext } from './invoke.ts';

/** What the doors for schedules may use. */
export interface InvokerContext extends InvokeContext, Pick<Context, 'logger'> {
  /** Decides on firings, which no call asks for. */
  readonly authorizer: Authorizer;
  readonly delegations: Delegations;
  /** Looks for slots that have come now; called after a commit that changed a schedule. */
  readonly kickScheduler: () => void;
}
