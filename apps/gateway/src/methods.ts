import { type ConnectRouter, createContextValues } from '@connectrpc/connect';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';
import type { Logger } from '@muster/telemetry';
import type { CloudApi } from './cloud-api/door.ts';
import { peerAddressKey } from './forward.ts';
import { addressOf, type RequestHandler } from './one-port.ts';

/** What answers a request. */
export interface MethodsOptions {
  /** Speaks Connect, gRPC-Web and gRPC for the public methods. */
  readonly router: ConnectRouter;
  /** Answers the cloud's own clients, and says whether it did. */
  readonly api: CloudApi;
  /** Gets everything else. */
  readonly fallback: RequestHandler;
  readonly logger: Logger;
}

/** Hands requests for public methods to the router, with the address they came from, and all others to `fallback`. */
export function methods({ router, api, fallback, logger }: MethodsOptions): RequestHandler {
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return (request, response) => {
    const handler = handlers.get(request.url?.split('?', 1)[0] ?? '');
    const peerAddress = addressOf(request.socket.remoteAddress);
    if (!handler) {
      if (!api(request, response, peerAddress)) fallback(request, response);
      return;
    }
    const values = createContextValues().set(peerAddressKey, peerAddress);
    const answering = handler(universalRequestFromNodeRequest(request, response, undefined, values));
    answering
      .then((answer) => universalResponseToNodeResponse(answer, response))
      // refusals are answers already; what fails here is the connection
      .catch((error: unknown) => logger.debug({ err: error, method: handler.method.name }, 'a client left'));
  };
}
