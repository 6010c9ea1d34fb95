import {
  create,
  type DescMessage,
  type DescMethodStreaming,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  type ContextValues,
  createContextValues,
  type Interceptor,
  type StreamResponse,
  type Transport,
  type UnaryResponse,
} from '@connectrpc/connect';
import { createMethodUrl, runStreamingCall, runUnaryCall } from '@connectrpc/connect/protocol';
import {
  type ChannelCredentials,
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { grpcStatusDetails, toHeaders, toMetadata } from './grpc-metadata.ts';
import { grpcMethod } from './grpc-service.ts';

/** The fetch API's own name for what becomes headers; Node's types do not export it. */
type HeadersInit = ConstructorParameters<typeof Headers>[0];

/** Where and how to call. */
export interface GrpcTransportOptions {
  /** `host:port`. */
  readonly address: string;
  readonly interceptors?: Interceptor[];
  /** See `peerCredentials`; plaintext when absent, which is meant for loopback. */
  readonly credentials?: ChannelCredentials;
}

/** A Connect transport over grpc-js: typed clients with the field's fastest gRPC in Node. Unary and server streams. */
export interface GrpcTransport extends Transport {
  close(): void;
}

/** Opens one long-lived channel. It connects on the first call and again by itself after a loss. */
export function grpcTransport({ address, interceptors = [], credentials: given }: GrpcTransportOptions): GrpcTransport {
  const client = new Client(address, given ?? credentials.createInsecure(), {
    'grpc.max_receive_message_length': 16 << 20,
    'grpc.enable_channelz': 0,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2_000,
  });
  const baseUrl = `http://${address}`;
  return {
    close: () => client.close(),

    async unary<I extends DescMessage, O extends DescMessage>(
      method: DescMethodUnary<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersInit | undefined,
      message: MessageInitShape<I>,
      contextValues?: ContextValues,
    ): Promise<UnaryResponse<I, O>> {
      return runUnaryCall<I, O>({
        interceptors,
        signal,
        timeoutMs,
        req: {
          stream: false,
          service: method.parent,
          method,
          requestMethod: 'POST',
          url: createMethodUrl(baseUrl, method),
          header: new Headers(header),
          contextValues: contextValues ?? createContextValues(),
          message: create(method.input, message),
        },
        next: (request) =>
          new Promise((resolve, reject) => {
            const { path, requestSerialize, responseDeserialize } = grpcMethod(method);
            const responseHeader = new Headers();
            const trailer = new Headers();
            const call = client.makeUnaryRequest(
              path,
              requestSerialize,
              responseDeserialize,
              request.message as object,
              toMetadata(request.header),
              { ...(timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs }) },
              (error, value) => {
                request.signal.removeEventListener('abort', cancel);
                if (error) reject(toConnectError(error));
                else
                  resolve({
                    stream: false,
                    service: method.parent,
                    method,
                    header: responseHeader,
                    trailer,
                    message: value as MessageShape<O>,
                  });
              },
            );
            const cancel = () => call.cancel();
            request.signal.addEventListener('abort', cancel, { once: true });
            call.on('metadata', (metadata) => copy(metadata, responseHeader));
            call.on('status', (status) => copy(status.metadata, trailer));
          }),
      });
    },

    async stream<I extends DescMessage, O extends DescMessage>(
      method: DescMethodStreaming<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersInit | undefined,
      input: AsyncIterable<MessageInitShape<I>>,
      contextValues?: ContextValues,
    ): Promise<StreamResponse<I, O>> {
      if (method.methodKind !== 'server_streaming')
        throw new ConnectError('only server streams are spoken here', Code.Unimplemented);
      return runStreamingCall<I, O>({
        interceptors,
        signal,
        timeoutMs,
        req: {
          stream: true,
          service: method.parent,
          method,
          requestMethod: 'POST',
          url: createMethodUrl(baseUrl, method),
          header: new Headers(header),
          contextValues: contextValues ?? createContextValues(),
          message: input as AsyncIterable<MessageShape<I>>,
        },
        next: async (request) => {
          const { path, requestSerialize, responseDeserialize } = grpcMethod(method);
          let first: object | undefined;
          for await (const message of request.message) {
            first = create(method.input, message as MessageInitShape<I>);
            break;
          }
          const call = client.makeServerStreamRequest(
            path,
            requestSerialize,
            responseDeserialize,
            first ?? create(method.input),
            toMetadata(request.header),
            { ...(timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs }) },
          );
          const cancel = () => call.cancel();
          request.signal.addEventListener('abort', cancel, { once: true });
          const responseHeader = new Headers();
          const trailer = new Headers();
          call.on('metadata', (metadata) => copy(metadata, responseHeader));
          call.on('status', (status) => copy(status.metadata, trailer));
          return {
            stream: true,
            service: method.parent,
            method,
            header: responseHeader,
            trailer,
            message: messages<MessageShape<O>>(call),
          };
        },
      });
    },
  };
}

async function* messages<T>(call: ClientReadableStream<unknown>): AsyncGenerator<T> {
  try {
    for await (const message of call) yield message as T;
  } catch (error) {
    throw toConnectError(error as Error);
  } finally {
    call.cancel();
  }
}

function toConnectError(error: Error & Partial<ServiceError>): ConnectError {
  // a failure without a status is the transport's own
  const code = typeof error.code === 'number' ? (error.code as number as Code) : Code.Unavailable;
  const failed = new ConnectError(error.details ?? error.message, code, toHeaders(error.metadata ?? new Metadata()));
  failed.details = grpcStatusDetails(error.metadata);
  return failed;
}

function copy(metadata: Metadata, headers: Headers): void {
  toHeaders(metadata).forEach((value, key) => {
    headers.append(key, value);
  });
}

/** Resolves once the channel to `address` is up; rejects after `timeoutMs`. */
export async function waitUntilReachable(address: string, timeoutMs: number): Promise<void> {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 200,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      client.waitForReady(Date.now() + timeoutMs, (error) => (error ? reject(error) : resolve()));
    });
  } finally {
    client.close();
  }
}
