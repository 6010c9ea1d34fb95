import { setTimeout as sleep } from 'node:timers/promises';
import { fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { type Bus, connectBus, NoAnswer, subjects } from '@muster/bus';
import { type GuardSchema, type HeldVerdict, type HelloSchema, SyncOrderSchema } from '@muster/contract';
import type { Logger } from '@muster/telemetry';
import { Backoff } from './backoff.ts';
import type { CredentialKeeper } from './credential-keeper.ts';
import { reconnectWaitMs } from './domain/reconnect.ts';
import { busIdentity } from './identity.ts';
import { Session, type SessionEvents } from './session.ts';
import type { Uplink } from './uplink.ts';

/** What the connection needs of the agent. */
export interface ConnectionOptions {
  readonly keeper: CredentialKeeper;
  readonly hello: () => MessageInitShape<typeof HelloSchema>;
  /** What it refuses, as it is now. */
  readonly guard: () => MessageInitShape<typeof GuardSchema>;
  readonly events: SessionEvents;
  /** Orders and messages for shells, with the session that listens; none before a hello was answered. */
  readonly shells: {
    hear(data: Uint8Array, subject: string, session: Session | undefined): void;
    /** Somebody listens again. */
    tellHeld(): void;
    /** The bus does not take this machine any more: nobody may say anything to a shell here, and none is to be left. */
    end(): void;
  };
  /** Called after every answered hello. */
  readonly greeted: (verdicts: readonly HeldVerdict[], session: Session) => void;
  readonly reconnectMaxMs: number;
  readonly pingSeconds: number;
  /** 0 to 1, evenly. */
  readonly random?: () => number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Keeps one connection to the bus for as long as the agent lives, with a new session after every connect and on `sync`. */
export class Connection implements Uplink {
  readonly #options: ConnectionOptions;
  #session: Session | undefined;
  #bus: Bus | undefined;
  /** Attempts to connect since the last answered hello. */
  #failures = 0;
  /** Those of them that the bus turned away. */
  #turnedAway = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Connects, and connects again after every loss, until the signal aborts. */
  async keep(): Promise<void> {
    const { keeper, signal, logger } = this.#options;
    while (!signal.aborted) {
      const renewed = keeper.renewed();
      try {
        await this.#once(AbortSignal.any([signal, renewed]));
      } catch (error) {
        if (!signal.aborted) logger.warn({ err: error }, isTurnedAway(error) ? TURNED_AWAY : 'the connection failed');
        if (isTurnedAway(error)) this.#isTurnedAway();
      }
      if (!renewed.aborted)
        await sleep(this.#nextWaitMs(), undefined, { signal: AbortSignal.any([signal, renewed]) }).catch(() => {});
    }
  }

  #isTurnedAway(): void {
    this.#options.keeper.turnedAway();
    // once may be a server that has just begun and does not know its accounts yet
    if (++this.#turnedAway === 2) this.#options.shells.end();
  }

  #nextWaitMs(): number {
    const { reconnectMaxMs, random = Math.random } = this.#options;
    return reconnectWaitMs(this.#failures++, reconnectMaxMs, random());
  }

  async start(...args: Parameters<Uplink['start']>) {
    return this.#current().start(...args);
  }

  async output(...args: Parameters<Uplink['output']>) {
    return this.#current().output(...args);
  }

  async result(...args: Parameters<Uplink['result']>) {
    return this.#current().result(...args);
  }

  /** Says something of shells. Offline it is lost: whoever says it does so again. */
  ofSession(sessionId: string, kind: subjects.SessionUpKind, data: Uint8Array): void {
    const { instanceId } = this.#options.keeper.identity;
    this.#bus?.publishRaw(subjects.agentSessionUp(instanceId, sessionId, kind), data);
  }

  #current(): Session {
    if (!this.#session) throw new NoAnswer('offline');
    return this.#session;
  }

  /** One connection, from connect to its loss or the signal. */
  async #once(signal: AbortSignal): Promise<void> {
    const { keeper, logger, pingSeconds } = this.#options;
    const { instanceId, credentials } = keeper.identity;
    logger.info({ servers: credentials.servers }, 'connecting');
    const connecting = connectBus({
      servers: credentials.servers,
      identity: () => busIdentity(keeper.identity),
      name: instanceId,
      inboxPrefix: subjects.agentInbox(instanceId),
      logger,
      reconnectDelay: () => this.#nextWaitMs(),
      pingSeconds,
    });
    // an attempt to connect cannot be taken back, only left alone
    await Promise.race([connecting, whenAborted(this.#options.signal)]);
    if (this.#options.signal.aborted)
      return void connecting.then((late) => late[Symbol.asyncDispose]()).catch(() => {});
    await using bus = await connecting;
    const lost = whenLost(bus, signal);
    const greet = this.#greeter(bus, lost.signal);
    bus.subscribeRaw(subjects.agentSync(instanceId), (data, subject) => {
      try {
        fromBinary(SyncOrderSchema, data);
      } catch (error) {
        return this.#options.events.unreadable(error, subject);
      }
      greet();
    });
    bus.subscribeRaw(subjects.agentSessionsDown(instanceId), (data, subject) =>
      this.#options.shells.hear(data, subject, this.#session),
    );
    greet();
    this.#bus = bus;
    this.#options.shells.tellHeld();
    await lost.done;
    this.#bus = undefined;
    this.#session?.close();
    this.#session = undefined;
  }

  /** Says hello until it is answered; asked again meanwhile, it does so once more. However often it is asked, it takes its time in between. */
  #greeter(bus: Bus, signal: AbortSignal): () => void {
    let asked = false;
    let busy = false;
    let lastMs = Number.NEGATIVE_INFINITY;
    const greet = async () => {
      asked = true;
      if (busy) return;
      busy = true;
      const backoff = new Backoff();
      while (asked && !signal.aborted) {
        const tooSoonMs = lastMs + HELLOS_APART_MS - performance.now();
        if (tooSoonMs > 0) await sleep(tooSoonMs, undefined, { signal }).catch(() => {});
        if (signal.aborted) break;
        asked = false;
        lastMs = performance.now();
        const answer = await this.#hello(bus, signal);
        // what it has just learnt the service has to know: it signs with those keys only then
        asked ||= answer === 'learnt';
        if (answer) continue;
        asked = true;
        await backoff.wait(signal).catch(() => {});
      }
      busy = false;
    };
    return () => void greet();
  }

  /** Undefined when nobody answered. */
  async #hello(bus: Bus, signal: AbortSignal): Promise<'answered' | 'learnt' | undefined> {
    const { keeper, hello, guard, events, greeted, logger } = this.#options;
    const { instanceId } = keeper.identity;
    try {
      const { session, reply } = await Session.open(bus, hello(), { instanceId, events });
      if (signal.aborted) {
        session.close();
        return 'answered';
      }
      this.#session?.close();
      this.#session = session;
      session.keepAlive(guard);
      this.#failures = 0;
      this.#turnedAway = 0;
      keeper.learnClock(Number(reply.nowMs));
      logger.info({ epoch: String(reply.epoch) }, 'connected');
      greeted(reply.verdicts, session);
      return keeper.learnKeys(reply.keySets) ? 'learnt' : 'answered';
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'hello was not answered');
      return undefined;
    }
  }
}

/** Every hello is a transaction of the service, and anybody of the tenant may have `sync` sent here. */
const HELLOS_APART_MS = 250;

const TURNED_AWAY =
  'the bus turned this machine away: its credentials have ended and could not be renewed, or it was removed and has to register again';

function isTurnedAway(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'AUTHORIZATION_VIOLATION';
}

/** Resolves at the first loss of the connection, or when the signal aborts; its own signal tells those who work on the connection. */
function whenLost(bus: Bus, signal: AbortSignal): { done: Promise<void>; signal: AbortSignal } {
  const lost = new AbortController();
  const done = new Promise<void>((resolve) => {
    const end = () => {
      lost.abort();
      resolve();
    };
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    void bus.connection.closed().then(end);
    void (async () => {
      for await (const { type } of bus.connection.status()) if (type === 'disconnect') return end();
    })();
  });
  return { done, signal: lost.signal };
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
