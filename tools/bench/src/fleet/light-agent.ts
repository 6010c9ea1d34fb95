import { setTimeout as sleep } from 'node:timers/promises';
import { type DescMessage, fromBinary, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { type Bus, type BusKey, connectBus, type Subscription, seedOf, subjects } from '@muster/bus';
import {
  type BusCredentials,
  HeartbeatSchema,
  HeldState,
  HelloReplySchema,
  HelloSchema,
  ResultReplySchema,
  ResultReportSchema,
  SignedTaskSchema,
  StartReplySchema,
  StartRequestSchema,
  TaskOrderSchema,
  TaskOutcome,
  Verdict,
} from '@muster/contract';
import type { Logger } from '@muster/telemetry';

const ANSWER_MS = 5_000;
/** How long it waits before it says again what nobody answered. */
const AGAIN_MS = 1_000;

/** A registered machine. */
export interface Machine {
  readonly instanceId: string;
  readonly key: BusKey;
  readonly credentials: BusCredentials;
}

/** How machines of a bench behave. */
export interface Manners {
  /** As MUSTER_AGENT_RECONNECT_MAX_SECONDS of real agents. */
  readonly reconnectMaxMs: number;
  readonly logger: Logger;
}

/** A task that the service has not taken the result of yet. */
interface Held {
  state: HeldState;
}

/**
 * A machine as the services see it, without a process of its own: it connects with its nkey (signed by node:crypto), says hello after every
 * connect, beats, and ends each task well as soon as it may start it. Whatever gets no answer is said again, as real agents do.
 */
export class LightAgent implements AsyncDisposable {
  readonly instanceId: string;
  readonly #machine: Machine;
  readonly #manners: Manners;
  readonly #stopped = new AbortController();
  readonly #held = new Map<string, Held>();
  /** How often each task was allowed to start here. */
  readonly starts = new Map<string, number>();
  readonly #keeping: Promise<void>;
  readonly #first = Promise.withResolvers<void>();
  #bus: Bus | undefined;
  #epoch = 0n;
  #session: Subscription | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #greeting: Promise<void> | undefined;
  #failures = 0;
  /** When its newest session began, by `performance.now()`. */
  greetedAt: number = Number.NEGATIVE_INFINITY;

  private constructor(machine: Machine, manners: Manners) {
    this.instanceId = machine.instanceId;
    this.#machine = machine;
    this.#manners = manners;
    this.#keeping = this.#keep();
  }

  /** Connects and opens the first session. */
  static async connect(machine: Machine, manners: Manners): Promise<LightAgent> {
    const agent = new LightAgent(machine, manners);
    await agent.#first.promise;
    return agent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    clearInterval(this.#heartbeat);
    await this.#bus?.[Symbol.asyncDispose]();
    await this.#keeping;
  }

  /** One connection after the other, as apps/agent/src/connection.ts. */
  async #keep(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.#once().catch(() => undefined);
      await sleep(this.#nextWaitMs(), undefined, { signal }).catch(() => undefined);
    }
  }

  async #once(): Promise<void> {
    const { instanceId, key, credentials } = this.#machine;
    const identity = { jwt: credentials.jwt, seed: seedOf(key) };
    await using bus = await connectBus({
      servers: credentials.servers,
      identity: () => identity,
      name: instanceId,
      inboxPrefix: subjects.agentInbox(instanceId),
      logger: this.#manners.logger,
      waitForServer: false,
    });
    this.#bus = bus;
    bus.subscribeRaw(subjects.agentSync(instanceId), () => this.#greet());
    this.#greet();
    await Promise.race([bus.connection.closed(), disconnected(bus)]);
    clearInterval(this.#heartbeat);
    this.#session = undefined;
    this.#bus = undefined;
  }

  /** As apps/agent/src/domain/reconnect.ts. */
  #nextWaitMs(): number {
    const failures = this.#failures++;
    const most = this.#manners.reconnectMaxMs;
    return failures === 0 ? Math.random() * most : 100 + Math.random() * most * Math.min(5, 2 ** (failures - 1));
  }

  #greet(): void {
    this.#greeting ??= this.#insist(() => this.#hello()).then(() => {
      this.#greeting = undefined;
    });
  }

  async #hello(): Promise<void> {
    const held = [...this.#held].map(([invocationTaskId, { state }]) => ({ invocationTaskId, state }));
    const message = {
      ...{ agentVersion: '0.1.0', systemName: 'Linux', hostName: this.instanceId, localIp: '10.0.0.1' },
      ...{ bootId: 'boot', journalId: `journal-${this.instanceId}`, machineId: this.instanceId, held },
      supportFeatures: ['SHELL'],
    };
    const reply = await this.#ask('hello', { schema: HelloSchema, message }, HelloReplySchema);
    const bus = this.#connection();
    this.#epoch = reply.epoch;
    this.#failures = 0;
    this.#session?.unsubscribe();
    const subject = subjects.agentDownOfSession(this.instanceId, reply.epoch);
    this.#session = bus.subscribeRaw(subject, (data, from) => this.#hear(data, subjects.downKindOf(from)));
    await bus.flush();
    clearInterval(this.#heartbeat);
    if (this.#stopped.signal.aborted) return;
    const beat = { epoch: reply.epoch };
    const speak = () => bus.publish(subjects.agentUp(this.instanceId, 'heartbeat'), HeartbeatSchema, beat);
    this.#heartbeat = setInterval(speak, reply.heartbeatSeconds * 1_000);
    for (const { invocationTaskId, verdict } of reply.verdicts) {
      if (verdict === Verdict.FORGET) this.#held.delete(invocationTaskId);
    }
    this.greetedAt = performance.now();
    this.#first.resolve();
  }

  #hear(data: Uint8Array, kind: subjects.DownKind): void {
    if (kind !== 'task') return;
    const { invocationTaskId } = fromBinary(TaskOrderSchema, fromBinary(SignedTaskSchema, data).order);
    if (this.#held.has(invocationTaskId) || this.starts.has(invocationTaskId)) return;
    const held: Held = { state: HeldState.CLAIMED };
    this.#held.set(invocationTaskId, held);
    void this.#run(invocationTaskId, held).finally(() => this.#held.delete(invocationTaskId));
  }

  async #run(invocationTaskId: string, held: Held): Promise<void> {
    const claim = `claim-${invocationTaskId}`;
    const ours = () => this.#held.get(invocationTaskId) === held;
    const started = await this.#insist(() => {
      const message = { epoch: this.#epoch, invocationTaskId, claim };
      return this.#ask('start', { schema: StartRequestSchema, message }, StartReplySchema);
    }, ours);
    if (!started?.granted) return;
    this.starts.set(invocationTaskId, (this.starts.get(invocationTaskId) ?? 0) + 1);
    held.state = HeldState.FINISHED;
    await this.#insist(async () => {
      const ended = { outcome: TaskOutcome.SUCCESS, exitCode: 0, elapsedMs: 1n };
      const message = { epoch: this.#epoch, invocationTaskId, claim, ...ended };
      const { committed } = await this.#ask('result', { schema: ResultReportSchema, message }, ResultReplySchema);
      if (!committed) throw new Error('not yet');
    }, ours);
  }

  /** Says something until it is answered; undefined when it has become pointless. */
  async #insist<T>(say: () => Promise<T>, wanted: () => boolean = () => true): Promise<T | undefined> {
    const { signal } = this.#stopped;
    while (!signal.aborted && wanted()) {
      try {
        return await say();
      } catch {
        await sleep(AGAIN_MS / 2 + Math.random() * AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  #connection(): Bus {
    if (!this.#bus?.connected) throw new Error('offline');
    return this.#bus;
  }

  async #ask<I extends DescMessage, O extends DescMessage>(
    kind: subjects.UpKind,
    input: { schema: I; message: MessageInitShape<I> },
    output: O,
  ): Promise<MessageShape<O>> {
    return this.#connection().request(subjects.agentUp(this.instanceId, kind), input, output, ANSWER_MS);
  }
}

async function disconnected(bus: Bus): Promise<void> {
  for await (const { type } of bus.connection.status()) if (type === 'disconnect') return;
}
