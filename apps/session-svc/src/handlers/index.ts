import type { ServiceImpl } from '@connectrpc/connect';
import type { SessionService } from '@muster/contract';
import type { SessionContext } from '../context.ts';

/** Every method of the public service. */
export function sessionHandlers(_context: SessionContext) {
  return {} as ServiceImpl<typeof SessionService>;
}
