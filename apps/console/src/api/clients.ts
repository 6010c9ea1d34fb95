import { createClient, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { CommandService, InstanceService, InvocationService, TokenService } from '@muster/contract';
import { session } from '../session/session.ts';
import { readFailure } from './failure.ts';

/** Sends the token of the session; a call that is refused for it ends the session. */
const withSession: Interceptor = (next) => async (request) => {
  const token = session.current?.token;
  if (token) request.header.set('authorization', `Bearer ${token}`);
  try {
    return await next(request);
  } catch (error) {
    if (token && readFailure(error).unauthenticated) session.expire();
    throw error;
  }
};

/** The way to the gateway, for services that only some pages need. */
export const transport = createConnectTransport({ baseUrl: '/', useBinaryFormat: true, interceptors: [withSession] });

export const tokens = createClient(TokenService, transport);
export const commands = createClient(CommandService, transport);
export const instances = createClient(InstanceService, transport);
export const invocations = createClient(InvocationService, transport);
