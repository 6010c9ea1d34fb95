import { setTimeout as sleep } from 'node:timers/promises';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { randomText } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import { connect, type Msg, type NatsConnection } from 'nats';
import { type BusIdentity, nativeAuthenticator } from './identity.ts';
import { Outflow } from './outflow.ts';

/** How to reach the bus and as whom. */
export interface BusOptions {
  /** `tls://host:port`, which speaks TLS or not at all, or `nats://host:port`. */
  readonly servers: readonly string[];
  /** File with the authority of the servers' certificates, PEM, read at every connect; those that Node.js knows when absent or empty. */
  readonly caFile?: string | undefined;
  /** Asked at every connect, so that renewed credentials are used. */
  readonly identity: () => BusIdentity;
  /** The connection's name in the server's logs. */
  readonly name: string;
  /** The prefix of reply subjects; must be one that the identity may subscribe to. */
  readonly inboxPrefix: string;
  readonly logger: Logger;
  /** Whether `connectBus` waits for a server that is away; it does when absent, else it rejects. */
  readonly waitForServer?: boolean;
  /** Milliseconds to wait before the next attempt to connect again. */
  readonly reconnectDelay?: () => number;
  /** Seconds between questions whether the server is still there, 20 when absent; a connection that leaves two of them unanswered is given up. */
  readonly pingSeconds?: number;
  /** Asked before a message is looked at: undefined drops it, otherwise it is disposed once the message has been handled. */
  readonly admit?: (subject: string, bytes: number) => Disposable | undefined;
}

/** Thrown when nobody answered a request in time, or nobody listens. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** One connection to NATS. Payloads are protobuf messages; whatever does not parse is dropped and logged, never thrown at a handler. */
export interface Bus extends AsyncDisposable {
  readonly connected: boolean;
  /** Drops the message where too much waits for a server that takes nothing. */
  publish<D extends DescMessage>(subject: string, schema: D, message: MessageInitShape<D>): void;
  /** The same for a message that is bytes already. */
  publishRaw(subject: string, data: Uint8Array): void;
  /** Publishes, and calls back when the server says that nobody listens. */
  publishToListener<D extends DescMessage>(
    subject: string,
    schema: D,
    message: MessageInitShape<D>,
    nobody: () => void,
  ): void;
  request<I extends DescMessage, O extends DescMessage>(
    subject: string,
    input: { schema: I; message: MessageInitShape<I> },
    output: O,
    timeoutMs: number,
  ): Promise<MessageShape<O>>;
  /** Listens; with a queue the work is shared among replicas. */
  subscribe<D extends DescMessage>(
    subject: string,
    schema: D,
    handler: (message: MessageShape<D>, subject: string) => void | Promise<void>,
    queue?: string,
  ): Subscription;
  /** Answers requests that arrive through an account's import, which is the only place a service may answer to. */
  serve<I extends DescMessage, O extends DescMessage>(
    subject: string,
    schemas: { input: I; output: O },
    handler: (message: MessageShape<I>, subject: string) => Promise<MessageInitShape<O>>,
    queue: string,
  ): Subscription;
  /** Listens to messages that are not ours, such as the server's own events. */
  subscribeRaw(subject: string, handler: (data: Uint8Array, subject: string) => void | Promise<void>): Subscription;
  requestRaw(subject: string, data: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  /** Resolves when everything published so far has reached the server. */
  flush(): Promise<void>;
  /** Calls the listener whenever the connection is there again after a loss. */
  onReconnect(listener: () => void): Disposable;
  /** Publishes into JetStream and resolves when the stream has it; repeats of a message id are dropped there. */
  publishEvent(subject: string, data: Uint8Array, messageId: string): Promise<void>;
  /** The connection itself, for the few who set streams up. */
  readonly connection: NatsConnection;
}

/** Ends a subscription. */
export type Subscription = { unsubscribe(): void };

const NO_RESPONDERS = 503;
const NO_PLACE: Disposable = { [Symbol.dispose]() {} };
/** How long the end of a connection waits for what is on its way. */
const DRAIN_MS = 1_000;

/** Connects, waiting for a server that is not up yet, and reconnects for as long as the process lives. */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const {
    servers,
    caFile,
    identity,
    name,
    inboxPrefix,
    logger,
    reconnectDelay,
    waitForServer = true,
    pingSeconds = 20,
    admit = () => NO_PLACE,
  } = options;
  const connection = await connect({
    servers: [...servers],
    // a server that then offers no TLS is refused: who is in between may not take it away
    ...(servers.some((server) => server.startsWith('tls://')) ? { tls: caFile ? { caFile } : {} } : {}),
    name,
    inboxPrefix,
    authenticator: nativeAuthenticator(identity),
    maxReconnectAttempts: -1,
    waitOnFirstConnect: waitForServer,
    reconnectDelayHandler: oncePerAttempt(reconnectDelay ?? (() => 250 + Math.random() * 750)),
    pingInterval: pingSeconds * 1_000,
    maxPingOut: 2,
    timeout: 10_000,
  });
  let online = true;
  const outflow = new Outflow(connection);
  /** What the server does not take is dropped rather than kept: nothing that is published counts on arriving. */
  const send = (subject: string, data: Uint8Array, options?: { reply: string }) => {
    if (outflow.take(subject.length + data.length)) connection.publish(subject, data, options);
    else logger.debug({ subject }, 'dropped a message: the bus takes nothing at the moment');
  };
  const returned = new Set<() => void>();
  void watch(connection, logger, (now) => {
    online = now;
    outflow.online = now;
    if (now) for (const listener of [...returned]) listener();
  });
  const unheard = new Map<string, () => void>();
  const unheardPrefix = `${inboxPrefix}.nobody`;
  let unheardSubscribed = false;
  /** Messages that did not parse, since the connection was made. */
  let unreadable = 0;

  const listen = (
    subject: string,
    queue: string | undefined,
    take: (message: Msg) => void | Promise<void>,
  ): Subscription =>
    connection.subscribe(subject, {
      ...(queue ? { queue } : {}),
      callback: (error, message) => {
        if (error) logger.error({ err: error, subject }, 'a subscription was refused');
        else void handle(message, take);
      },
    });
  const handle = async (message: Msg, take: (message: Msg) => void | Promise<void>) => {
    const place = admit(message.subject, message.data.length);
    if (!place) return;
    using _handled = place;
    try {
      await take(message);
    } catch (fault) {
      logger.error({ err: fault, subject: message.subject }, 'a message could not be handled');
    }
  };
  const parse = <D extends DescMessage>(schema: D, message: Msg): MessageShape<D> | undefined => {
    try {
      return fromBinary(schema, message.data);
    } catch {
      const { subject, data } = message;
      unreadable += 1;
      logger.warn({ subject, bytes: data.length, total: unreadable }, 'dropped a message that does not parse');
      return undefined;
    }
  };

  const ask = async (subject: string, data: Uint8Array, timeoutMs: number): Promise<Uint8Array> => {
    if (!outflow.take(subject.length + data.length)) throw new NoAnswer('the bus takes nothing at the moment');
    try {
      return (await connection.request(subject, data, { timeout: timeoutMs })).data;
    } catch (error) {
      throw new NoAnswer(`no answer on ${subject}`, { cause: error });
    }
  };

  return {
    connection,
    get connected() {
      return online && !connection.isClosed();
    },
    publish: (subject, schema, message) => send(subject, toBinary(schema, create(schema, message))),
    publishRaw: (subject, data) => send(subject, data),
    publishToListener(subject, schema, message, nobody) {
      if (!unheardSubscribed) {
        unheardSubscribed = true;
        listen(`${unheardPrefix}.*`, undefined, (reply) => {
          if (reply.headers?.code === NO_RESPONDERS) unheard.get(reply.subject)?.();
          unheard.delete(reply.subject);
        });
      }
      const reply = `${unheardPrefix}.${randomText(12)}`;
      unheard.set(reply, nobody);
      // where somebody does listen, nothing ever comes back
      setTimeout(() => unheard.delete(reply), 5_000).unref();
      send(subject, toBinary(schema, create(schema, message)), { reply });
    },
    async request(subject, { schema, message }, output, timeoutMs) {
      return fromBinary(output, await ask(subject, toBinary(schema, create(schema, message)), timeoutMs));
    },
    subscribe: (subject, schema, handler, queue) =>
      listen(subject, queue, async (message) => {
        const parsed = parse(schema, message);
        if (parsed) await handler(parsed, message.subject);
      }),
    serve: (subject, { input, output }, handler, queue) =>
      listen(subject, queue, async (message) => {
        const parsed = parse(input, message);
        if (!parsed) return;
        const answer = await handler(parsed, message.subject);
        // a hostile reply subject could turn an answer into an API call or into a sibling's order
        if (message.reply?.startsWith('_R_.')) send(message.reply, toBinary(output, create(output, answer)));
        else if (message.reply)
          logger.warn({ subject: message.subject }, 'refused to answer on a foreign reply subject');
      }),
    subscribeRaw: (subject, handler) => listen(subject, undefined, (message) => handler(message.data, message.subject)),
    requestRaw: ask,
    flush: () => connection.flush(),
    onReconnect(listener) {
      returned.add(listener);
      return { [Symbol.dispose]: () => void returned.delete(listener) };
    },
    async publishEvent(subject, data, messageId) {
      if (!online) throw new NoAnswer('the bus is away');
      if (!outflow.take(data.length)) throw new NoAnswer('the bus takes nothing at the moment');
      await connection.jetstream().publish(subject, data, { msgID: messageId, timeout: 5_000 });
    },
    async [Symbol.asyncDispose]() {
      if (connection.isClosed()) return;
      // what was published before still goes out; to a server that is away nothing can
      if (online)
        await Promise.race([connection.drain().catch(() => undefined), sleep(DRAIN_MS, undefined, { ref: false })]);
      if (!connection.isClosed()) await connection.close();
    },
  };
}

/**
 * The library asks for the delay whenever it looks whether the time has come, not once for each attempt: a random one, or one that grows, would
 * come out far longer than it was meant.
 */
function oncePerAttempt(delay: () => number): () => number {
  let wait: { readonly ms: number; readonly until: number } | undefined;
  return () => {
    const now = Date.now();
    if (!wait) {
      const ms = delay();
      wait = { ms, until: now + ms };
      return ms;
    }
    const { ms, until } = wait;
    // it tries now; after that it is another attempt
    if (now >= until || until - now > ms) wait = undefined;
    return ms;
  };
}

async function watch(connection: NatsConnection, logger: Logger, changed: (online: boolean) => void): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'error') logger.warn({ data: status.data }, 'the bus refused something');
    if (status.type !== 'disconnect' && status.type !== 'reconnect') continue;
    const online = status.type === 'reconnect';
    logger[online ? 'info' : 'warn'](online ? 'the bus is back' : 'the bus is away');
    changed(online);
  }
}
