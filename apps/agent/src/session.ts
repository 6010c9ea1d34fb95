import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { fromBinary } from '@bufbuild/protobuf';
import { type Bus, NoAnswer, type Subscription, subjects } from '@muster/bus';
import {
  CancelOrderSchema,
  FinOrderSchema,
  type GuardSchema,
  HeartbeatSchema,
  type HelloReply,
  HelloReplySchema,
  HelloSchema,
  OutputReplySchema,
  OutputReportSchema,
  ResultReplySchema,
  ResultReportSchema,
  StartReplySchema,
  StartRequestSchema,
} from '@muster/contract';
import type { Uplink } from './uplink.ts';

const ANSWER_MS = 5_000;

/** What a session brings to the agent. */
export interface SessionEvents {
  task(data: Uint8Array, session: Session): void;
  cancel(invocationTaskId: string): void;
  fin(invocationTaskId: string): void;
  /** Something came that cannot be read. */
  unreadable(error: unknown, subject: string): void;
}

/** One answered hello: its epoch is in everything that is said, and only its subjects are heard. */
export class Session implements Uplink {
  readonly epoch: bigint;
  readonly #bus: Bus;
  readonly #instanceId: string;
  /** The service's clock minus this process's monotonic one, so that nobody who sets the machine's clock moves an expiry. */
  readonly #clockOffsetMs: number;
  readonly #subscription: Subscription;
  readonly #heartbeatMs: number;
  #heartbeat: NodeJS.Timeout | undefined;

  private constructor(bus: Bus, instanceId: string, reply: HelloReply, events: SessionEvents) {
    this.#bus = bus;
    this.#instanceId = instanceId;
    this.epoch = reply.epoch;
    this.#clockOffsetMs = Number(reply.nowMs) - performance.now();
    this.#subscription = bus.subscribeRaw(subjects.agentDownOfSession(instanceId, reply.epoch), (data, subject) => {
      try {
        this.#hear(data, subject, events);
      } catch (error) {
        events.unreadable(error, subject);
      }
    });
    this.#heartbeatMs = Math.max(1, reply.heartbeatSeconds) * 1_000;
  }

  /** Says hello; gives the session that it began and the service's verdicts on held tasks. Throws NoAnswer. */
  static async open(
    bus: Bus,
    hello: MessageInitShape<typeof HelloSchema>,
    { instanceId, events }: { instanceId: string; events: SessionEvents },
  ): Promise<{ session: Session; reply: HelloReply }> {
    const subject = subjects.agentUp(instanceId, 'hello');
    const reply = await bus.request(subject, { schema: HelloSchema, message: hello }, HelloReplySchema, ANSWER_MS);
    const session = new Session(bus, instanceId, reply, events);
    // whoever is told of the session finds it listening
    await bus.flush();
    return { session, reply };
  }

  /** Begins to say that the agent is there, and what it refuses. Only once it has let go of its session before: two that are heard at once pass for a clone. */
  keepAlive(guard: () => MessageInitShape<typeof GuardSchema>): void {
    const subject = subjects.agentUp(this.#instanceId, 'heartbeat');
    const beat = () => this.#bus.publish(subject, HeartbeatSchema, { epoch: this.epoch, guard: guard() });
    this.#heartbeat = setInterval(beat, this.#heartbeatMs);
  }

  /** The service's clock, milliseconds since 1970. */
  get serviceNowMs(): number {
    return performance.now() + this.#clockOffsetMs;
  }

  start(invocationTaskId: string, claim: string) {
    const message = { epoch: this.epoch, invocationTaskId, claim };
    return this.#ask('start', { schema: StartRequestSchema, message }, StartReplySchema);
  }

  output(chunks: Parameters<Uplink['output']>[0]) {
    return this.#ask(
      'output',
      { schema: OutputReportSchema, message: { epoch: this.epoch, chunks } },
      OutputReplySchema,
    );
  }

  result(report: Parameters<Uplink['result']>[0]) {
    const message = { ...report, epoch: this.epoch };
    return this.#ask('result', { schema: ResultReportSchema, message }, ResultReplySchema);
  }

  /** Stops listening; the connection is somebody else's. */
  close(): void {
    clearInterval(this.#heartbeat);
    if (this.#bus.connected) this.#subscription.unsubscribe();
  }

  #hear(data: Uint8Array, subject: string, events: SessionEvents): void {
    const kind = subjects.downKindOf(subject);
    if (kind === 'task') events.task(data, this);
    else if (kind === 'cancel') events.cancel(fromBinary(CancelOrderSchema, data).invocationTaskId);
    else if (kind === 'fin') events.fin(fromBinary(FinOrderSchema, data).invocationTaskId);
    else throw new Error('there is no such message');
  }

  #ask<I extends DescMessage, O extends DescMessage>(
    kind: 'start' | 'output' | 'result',
    input: { schema: I; message: MessageInitShape<I> },
    output: O,
  ): Promise<MessageShape<O>> {
    if (!this.#bus.connected) return Promise.reject(new NoAnswer('offline'));
    return this.#bus.request(subjects.agentUp(this.#instanceId, kind), input, output, ANSWER_MS);
  }
}
