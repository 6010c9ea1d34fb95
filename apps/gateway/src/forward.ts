import type { DescMethodStreaming, DescMethodUnary, DescService, Message } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  createContextKey,
  type HandlerContext,
  type ServiceImpl,
  type Transport,
} from '@connectrpc/connect';
import { FORWARDED_FOR, FORWARDER_TOKEN, type ServiceIdentity } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import type { Turnstile } from './turnstile.ts';
import { upstreamError } from './upstream-error.ts';

/** The address at the other end of the socket; whatever a header claims is not evidence. */
export const peerAddressKey = createContextKey('', { description: 'address of the caller' });

/** Where calls go and who vouches for them. */
export interface ForwardOptions {
  readonly transport: Transport;
  readonly identity: ServiceIdentity;
  readonly logger: Logger;
  /** Ends open streams, so that a stopping gateway does not wait for watchers. */
  readonly stopping: AbortSignal;
  /** The most that a call may take, in milliseconds; a caller's own deadline may be shorter. Streams go on. */
  readonly callMs: number;
  /** How many calls and streams go through to the service at the same time. */
  readonly calls: Turnstile;
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
  const { transport, identity, logger, callMs, calls } = options;
  return async (request, context) => {
    const header = await headersFor(context, identity);
    const requestId = stampRequestId(context, header);
    try {
      using _place = calls.enter();
      const timeoutMs = Math.min(context.timeoutMs() ?? callMs, callMs);
      const answer = await transport.unary(method, context.signal, timeoutMs, header, request);
      return answer.message;
    } catch (error) {
      throw upstreamError(error, requestId, logger);
    }
  };
}

function forwardStream(method: DescMethodStreaming, options: ForwardOptions): Forward {
  const { transport, identity, logger, stopping, streams } = options;
  return async function* (request, context) {
    const header = await headersFor(context, identity);
    const requestId = stampRequestId(context, header);
    const signal = AbortSignal.any([context.signal, stopping]);
    try {
      using _place = streams.enter();
      const answer = await transport.stream(method, signal, context.timeoutMs(), header, once(request));
      yield* answer.message;
    } catch (error) {
      const cause = stopping.aborted ? new ConnectError('stopping', Code.Unavailable) : error;
      throw upstreamError(cause, requestId, logger);
    }
  };
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** Only these headers pass: everything else that a caller sends, `x-muster-*` above all, ends here. */
async function headersFor({ requestHeader, values }: HandlerContext, identity: ServiceIdentity): Promise<Headers> {
  const header = new Headers({
    'x-request-id': requestIdOf(requestHeader),
    [FORWARDED_FOR]: values.get(peerAddressKey),
    [FORWARDER_TOKEN]: await identity.token(),
  });
  const authorization = requestHeader.get('authorization');
  if (authorization !== null) header.set('authorization', authorization);
  return header;
}

function stampRequestId({ responseHeader }: HandlerContext, header: Headers): string {
  const requestId = header.get('x-request-id')!;
  responseHeader.set('x-request-id', requestId);
  return requestId;
}

/** The caller's own id where it plainly is one; the services judge it by the same rule. */
function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id') ?? '';
  return /^[A-Za-z0-9-]{8,64}$/.test(given) ? given : crypto.randomUUID();
}
