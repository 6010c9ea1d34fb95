import { once } from 'node:events';
import type { DescMethod, DescService, Message } from '@bufbuild/protobuf';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import {
  Metadata,
  type Server,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { Refusal } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import { callKey } from './call.ts';
import { errorToStatus } from './errors-to-status.ts';
import { firstValue, toMetadata, withStatusDetails } from './grpc-metadata.ts';
import { grpcService } from './grpc-service.ts';
import { type GuardedCall, type GuardOptions, guard } from './guard.ts';
import { CallContext } from './handler-context.ts';
import { keepDeciding, type PermissionChanges, type StandingDecision } from './keep-deciding.ts';

/** Hears of every call when it is over: its method, the name of its gRPC status, and how long it took. */
export type CallObserver = (call: { readonly method: DescMethod; readonly code: string; readonly ms: number }) => void;

/** What a mounted service needs besides its handlers. */
export interface MountOptions {
  readonly logger: Logger;
  /** Absent for the standard services (health, reflection), which anybody may ask. */
  readonly guard?: GuardOptions;
  /** Aborts when the server is asked to stop: streams end then, calls that are answered once do not. */
  readonly stopping: AbortSignal;
  readonly observe?: CallObserver | undefined;
}

/** grpc-js hands every kind of method its own call type; `request` is there for all that take one message. */
type AnyCall = ServerUnaryCall<Message, object> & ServerDuplexStream<Message, object>;
type Handler = (request: unknown, context: HandlerContext) => unknown;

/** Serves Connect-style handlers on a grpc-js server: request id, access log, errors, authentication and authorization around each. */
export function mount<S extends DescService>(
  server: Server,
  service: S,
  handlers: Partial<ServiceImpl<S>>,
  options: MountOptions,
): void {
  const implementation: UntypedServiceImplementation = {};
  for (const method of service.methods) {
    const handler = (handlers as Record<string, Handler | undefined>)[method.localName];
    if (!handler) throw new Error(`${service.typeName}.${method.name} has no handler`);
    const entry = (call: AnyCall, done?: sendUnaryData<object>) => void answer(method, handler, call, done, options);
    implementation[method.localName] = entry as UntypedServiceImplementation[string];
  }
  server.addService(grpcService(service), implementation);
}

async function answer(
  method: DescMethod,
  handler: Handler,
  call: AnyCall,
  done: sendUnaryData<object> | undefined,
  { logger, guard: guardOptions, stopping, observe }: MountOptions,
): Promise<void> {
  const began = performance.now();
  using held = new DisposableStack();
  const requestId = requestIdOf(call.metadata);
  const context = new CallContext(method, call);
  let guarded: GuardedCall | undefined;
  let code: status = status.OK;
  try {
    const streaming = method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming';
    // nobody waits for an answer any more
    if (call.cancelled) return;
    if (guardOptions) {
      if (streaming) throw new Error(`${method.name}: guarded methods take one request`);
      const header = (name: string) => firstValue(call.metadata, name);
      const until = deadlineOf(call);
      const socketAddress = addressOf(call.getPeer());
      const arriving = { method, request: call.request, header, requestId, socketAddress, until, held };
      guarded = await guard(guardOptions, arriving);
      context.values.set(callKey, guarded);
    }
    const result = handler(streaming ? call : call.request, context);
    if (done) {
      const message = (await result) as object;
      guarded?.settle();
      call.sendMetadata(headerOf(context, requestId));
      done(null, message, trailerOf(context));
    } else {
      using _open = openStream(guarded, guardOptions);
      using stop = stopOf(stopping);
      using decision = guarded?.callerName === undefined ? undefined : standingDecision(guarded, guardOptions?.changes);
      // the caller is told at once, whatever the handler is waiting for; the context that then aborts ends the handler
      await Promise.race([
        stream(call, result as AsyncIterable<object>, { context, requestId, guarded }),
        stop.refused,
        ...(decision ? [decision.refused] : []),
      ]);
    }
  } catch (error) {
    const failed = errorToStatus(error, requestId);
    code = failed.code as number as status;
    if (failed.fault && !call.cancelled) logger.error({ err: error, method: method.name, requestId }, 'a call failed');
    const metadata = withStatusDetails(trailerOf(context) ?? new Metadata(), failed.details);
    const reply = { code, details: failed.message, metadata };
    if (done) done(reply);
    else call.emit('error', reply);
  } finally {
    context.end();
    const ms = performance.now() - began;
    observe?.({ method, code: status[code], ms });
    logger.debug(
      {
        method: method.name,
        requestId,
        code: status[code],
        caller: guarded?.callerName,
        ms: Math.round(ms),
      },
      'call',
    );
  }
}

/** When the caller gives up, in epoch milliseconds; undefined when it said nothing. */
function deadlineOf(call: AnyCall): number | undefined {
  const deadline = Number(call.getDeadline());
  return Number.isFinite(deadline) ? deadline : undefined;
}

function openStream(guarded: GuardedCall | undefined, options: GuardOptions | undefined): Disposable | undefined {
  return guarded?.callerName === undefined ? undefined : options?.limiter?.openStream(guarded.caller.accountUin);
}

/** Lets go of a stream when the server stops; whoever reads it reads on from another start of it. */
function stopOf(stopping: AbortSignal): Disposable & { readonly refused: Promise<never> } {
  const { promise, reject } = Promise.withResolvers<never>();
  const refuse = () => reject(new Refusal('unavailable', 'ServiceUnavailable', 'the service is stopping; call again'));
  // nobody may be waiting for it any more
  promise.catch(() => undefined);
  if (stopping.aborted) refuse();
  stopping.addEventListener('abort', refuse);
  return { refused: promise, [Symbol.dispose]: () => stopping.removeEventListener('abort', refuse) };
}

function standingDecision(call: GuardedCall, changes: PermissionChanges | undefined): StandingDecision {
  return keepDeciding({ accountUin: call.caller.accountUin, decideAgain: () => call.decideAgain(), changes });
}

async function stream(
  call: AnyCall,
  messages: AsyncIterable<object>,
  { context, requestId, guarded }: { context: CallContext; requestId: string; guarded: GuardedCall | undefined },
): Promise<void> {
  let begun = false;
  for await (const message of messages) {
    if (call.cancelled || call.writableEnded) return;
    guarded?.settle();
    if (!begun) call.sendMetadata(headerOf(context, requestId));
    begun = true;
    if (!call.write(message)) await once(call, 'drain', { signal: context.signal });
  }
  // a refusal may have ended it
  if (call.writableEnded) return;
  guarded?.settle();
  call.end(trailerOf(context));
}

function headerOf({ setHeaders }: CallContext, requestId: string): Metadata {
  const metadata = setHeaders.header ? toMetadata(setHeaders.header) : new Metadata();
  metadata.set('x-request-id', requestId);
  return metadata;
}

function trailerOf({ setHeaders }: CallContext): Metadata | undefined {
  return setHeaders.trailer && toMetadata(setHeaders.trailer);
}

/** A caller may bring its own request id; anything that is not plainly one is replaced. */
function requestIdOf(metadata: Metadata): string {
  const given = firstValue(metadata, 'x-request-id') ?? '';
  return /^[A-Za-z0-9-]{8,64}$/.test(given) ? given : crypto.randomUUID();
}

/** `ipv4:127.0.0.1:5000`, `[::1]:5000` and `127.0.0.1:5000` all name an address. */
function addressOf(peer: string): string {
  const bare = peer.replace(/^ipv[46]:/, '');
  return bare.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
