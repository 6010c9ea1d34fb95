import type { ServiceImpl } from '@connectrpc/connect';
import { SessionService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { SessionContext } from '../context.ts';

/** Every method of the public service. */
export function sessionHandlers(_context: SessionContext) {
  const refuse = () => {
    throw new Refusal('unavailable', 'ServiceUnavailable', 'sessions are not served yet');
  };
  return Object.fromEntries(
    SessionService.methods.map(({ localName }) => [localName, refuse]),
  ) as unknown as ServiceImpl<typeof SessionService>;
}
