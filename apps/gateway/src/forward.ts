import type { DescMethodStreaming, DescMethodUnary, DescService, Message } from '@bufbuild/protobuf';
import { Code, ConnectError, createContextKey, type HandlerContext, type ServiceImpl } from '@connectrpc/connect';
import type { Logger } from '@muster/telemetry';
import { askUpstream, type UpstreamService, upstreamHeaders } from './ask-upstream.ts';
import type { Turnstile } from './turnstile.ts';
import { upstreamError } from './upstream-error.ts';

/** The address at the other end of the socket; whatever a header claims is not evidence. */
export const peerAddressKey = createContextKey('', { description: 'address of the caller' });

/** Where calls go and who vouches for them. */
export interface ForwardOptions extends UpstreamService {
  readonly logger: Logger;
  /** Ends open streams, so that a stopping gateway does not wait for watchers. */
  readonly stopping: AbortSignal;
  /** How many streams are open from the service at the same time. */
  readonly streams: Turnstile;
}

type Forward = (request: Message, context: HandlerContext) => Promise<Message> | AsyncIterable<Message>;

/** An implementation of every method of `service` that asks the service's own process. */
export function forwardService(service: DescService, options: ForwardOptions): Partial<ServiceImpl<DescService>> {
  const implementation: Record<string, Forward> = {};
  for (const method of service.methods) {
    if (method.methodKind === 'unary')
      implementation[method.localName] = forwardUnary(method as DescMethodUnary, options);
    else if (method.methodKind === 'server_streaming')
      implementation[method.localName] = forwardStream(method as DescMethodStreaming, options);
    else throw new Error(`${service.typeName}.${method.name}: the gateway forwards methods that take one request`);
  }
  return implementation as unknown as Partial<ServiceImpl<DescService>>;
}

function forwardUnary(method: DescMethodUnary, options: ForwardOptions): Forward {
  return async (request, context) => {
    const { signal } = context;
    const caller = callerOf(context);
    try {
      return await askUpstream(options, method, request, { ...caller, signal, timeoutMs: context.timeoutMs() });
    } catch (error) {
      throw upstreamError(error, caller.requestId, options.logger);
    }
  };
}

function forwardStream(method: DescMethodStreaming, options: ForwardOptions): Forward {
  const { transport, identity, logger, stopping, streams } = options;
  return async function* (request, context) {
    const caller = callerOf(context);
    const header = await upstreamHeaders(caller, identity);
    const signal = AbortSignal.any([context.signal, stopping]);
    try {
      using _place = streams.enter();
      const answer = await transport.stream(method, signal, context.timeoutMs(), header, once(request));
      yield* answer.message;
    } catch (error) {
      const cause = stopping.aborted ? new ConnectError('stopping', Code.Unavailable) : error;
      throw upstreamError(cause, caller.requestId, logger);
    }
  };
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** On whose behalf a call came; the answer carries its request id whatever becomes of it. */
function callerOf({ requestHeader, responseHeader, values }: HandlerContext) {
  const requestId = requestIdOf(requestHeader);
  responseHeader.set('x-request-id', requestId);
  return { authorization: requestHeader.get('authorization'), requestId, peerAddress: values.get(peerAddressKey) };
}

/** The caller's own id where it plainly is one; the services judge it by the same rule. */
function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id') ?? '';
  return /^[A-Za-z0-9-]{8,64}$/.test(given) ? given : crypto.randomUUID();
}
