import type { DescService } from '@bufbuild/protobuf';
import { type CallOptions, type Client, createClient, type Interceptor, type Transport } from '@connectrpc/connect';
import { statusToError } from './errors-to-status.ts';

/** For programs that only call: this file is an entry of its own (`@muster/rpc/client`), so that they start without a gRPC server's weight. */
export { type AccessKeySecret, type SignedExchange, signExchange } from './access-key.ts';

/** Settings of every call of a client. */
export interface ClientOptions {
  /** Deadline of each call in milliseconds; a call's own wins. */
  readonly timeoutMs?: number;
}

/**
 * A typed client whose failures are refusals again: an answer that carries a TAT or CAM code is thrown as the Refusal it was.
 * Streams are plain async iterables; end them with an AbortSignal, leaving the loop is not enough.
 */
export function createServiceClient<S extends DescService>(
  service: S,
  transport: Transport,
  options: ClientOptions = {},
): Client<S> {
  const client = createClient(service, transport) as unknown as Record<
    string,
    (request: unknown, options?: CallOptions) => unknown
  >;
  const wrapped = Object.fromEntries(
    service.methods.map((method) => {
      const call = client[method.localName]!;
      if (method.methodKind === 'unary') {
        return [
          method.localName,
          async (request: unknown, given?: CallOptions) => {
            try {
              return await call(request, { ...options, ...given });
            } catch (error) {
              throw statusToError(error);
            }
          },
        ];
      }
      return [
        method.localName,
        (request: unknown, given?: CallOptions) => refusing(call(request, given) as AsyncIterable<unknown>),
      ];
    }),
  );
  return wrapped as unknown as Client<S>;
}

async function* refusing(messages: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* messages;
  } catch (error) {
    throw statusToError(error);
  }
}

/** Sends a bearer token with every call; the token is asked for each time, so it may be renewed in between. */
export function bearer(token: () => string | Promise<string>): Interceptor {
  return (next) => async (request) => {
    request.header.set('authorization', `Bearer ${await token()}`);
    return next(request);
  };
}
