import type { MethodImpl } from '@connectrpc/connect';
import type { SessionService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { type BeginParts, beginSession } from '../begin-session.ts';
import { kindName } from '../convert.ts';
import { checkOpening } from '../domain/opening.ts';

export function openSession(parts: BeginParts): MethodImpl<typeof SessionService.method.openSession> {
  return async (request, context) => {
    const opening = checkOpening({ ...request, kind: kindName(request.sessionKind) });
    return { ticket: await beginSession(parts, callOf(context), opening) };
  };
}
