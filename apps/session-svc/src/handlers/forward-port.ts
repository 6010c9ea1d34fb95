import type { MethodImpl } from '@connectrpc/connect';
import type { SessionService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { type BeginParts, beginSession } from '../begin-session.ts';
import type { SessionContext } from '../context.ts';
import { checkForwarding } from '../domain/opening.ts';
import { requireForwarding } from '../domain/session-rules.ts';

export function forwardPort(
  parts: BeginParts & Pick<SessionContext, 'forwardPorts'>,
): MethodImpl<typeof SessionService.method.forwardPort> {
  return async (request, context) => {
    requireForwarding(parts.forwardPorts);
    return { ticket: await beginSession(parts, callOf(context), checkForwarding(request)) };
  };
}
