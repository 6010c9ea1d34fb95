import type { Bus } from '@muster/bus';
import type { HeldSession, SessionReport } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { LEAST_SILENCE_MS, type SessionLimits, type SessionState, TICKET_MS } from '@muster/terminal';
import type { SessionContext } from '../context.ts';
import { type Session, SessionStore } from '../store/session-store.ts';
import { type AdmissionContext, type Admitted, admit } from './admission.ts';
import type { FrameOf } from './audience.ts';
import type { ClientSocket } from './client-socket.ts';
import { CLOSE, closingOf } from './close-codes.ts';
import { type FrameKey, newFrameKey, openFrameKey, sealFrameKey } from './frame-key.ts';
import type { Size } from './machine-end.ts';
import { MachineLink, SEQUENCE_BLOCK } from './machine-link.ts';
import type { Recorder, Recorders } from './recorder.ts';
import { Relay } from './relay.ts';
import type { Relays } from './relays.ts';
import { RollCall, type Speaker } from './roll-call.ts';
import { orderOf } from './session-order.ts';
import { Overtaken, SessionRow } from './session-row.ts';

/** How often every relay looks what is due. */
const TICK_MS = 250;
/** A machine whose shells are silent is asked so often what it holds. */
const SYNC_MS = 5_000;
/** And one that has not said yet where its shells stand, since this process began. */
const FIND_MS = 1_000;
/** After so much silence. */
const QUIET_MS = 8_000;
/** The bus may be away for so long before anybody is told. */
const BUS_AWAY_MS = 3_000;
/** How often the store hears when sessions were used last. */
const TOUCH_MS = 10_000;
/** How long a machine may take to start a shell. */
const START_MS = 15_000;
/** A machine that hears nothing ends its shells by itself after the grace, or the least silence that counts, and so long it takes at most. */
const KILL_MS = 20_000;
/** Sessions that are over and whose machines may still not know. */
const LATELY_ENDED = 1_000;

/** What relays are made with. */
export interface LiveRelaysOptions extends AdmissionContext, Pick<SessionContext, 'vault'> {
  readonly bus: Bus;
  readonly recorders: Recorders;
}

/** All live sessions. */
export class LiveRelays implements Relays, AsyncDisposable {
  readonly #options: LiveRelaysOptions;
  readonly #store: SessionStore;
  readonly #relays = new Map<string, { readonly relay: Relay; readonly speaker: Speaker }>();
  /** Sessions whose ticket has just been used and that are not live yet: whoever wants one waits for it. */
  readonly #opening = new Map<string, Promise<unknown>>();
  readonly #lately = new Map<string, MachineLink>();
  readonly #rollCall: RollCall;
  readonly #touched = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  readonly #returned: Disposable;
  #busAwaySince: number | undefined;
  #touchedAt = performance.now();

  private constructor(options: LiveRelaysOptions) {
    this.#options = options;
    this.#store = new SessionStore(options.db);
    this.#rollCall = new RollCall(options.bus);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#returned = options.bus.onReconnect(() => this.askMachines());
  }

  /** Starts, and goes on with every session that an earlier process left open. */
  static async start(options: LiveRelaysOptions): Promise<LiveRelays> {
    const relays = new LiveRelays(options);
    for (const session of await relays.#store.open()) await relays.#claim(session);
    return relays;
  }

  /** A HELLO came. Lets its sender in, or closes the socket. */
  async hello(socket: ClientSocket, hello: FrameOf<'hello'>): Promise<void> {
    try {
      const admitted = await admit(this.#options, socket, hello);
      await this.#join(admitted, hello);
    } catch (error) {
      if (!(error instanceof Refusal)) this.#options.logger.error({ err: error }, 'a terminal could not be opened');
      const { code, words } = closingOf(error);
      socket.close(code, words);
    }
  }

  async end(sessionId: string, { reason, words }: Parameters<Relays['end']>[1]): Promise<void> {
    const relay = await this.#find(sessionId);
    if (relay) return relay.stop(reason, words);
    const session = await this.#store.byId(sessionId);
    if (session?.state !== 'PENDING') return;
    const finished = this.#row(session).step({ event: 'finish', reason, also: { error_info: words } });
    // or its ticket is used in this moment: then there is something to end
    await finished?.catch(() => this.end(sessionId, { reason, words }));
  }

  driverOf(sessionId: string): string | undefined {
    return this.#relays.get(sessionId)?.relay.driver;
  }

  watchersOf(sessionId: string): readonly string[] {
    return this.#relays.get(sessionId)?.relay.watchers ?? [];
  }

  /** How many sessions are live, by their state. */
  count(): ReadonlyMap<SessionState, number> {
    const counts = new Map<SessionState, number>();
    for (const { relay } of this.#relays.values()) counts.set(relay.state, (counts.get(relay.state) ?? 0) + 1);
    return counts;
  }

  /** A machine said something about one of its shells. */
  report(speaker: Speaker, sessionId: string, report: SessionReport): void {
    const live = this.#relays.get(sessionId);
    if (live && isSame(live.speaker, speaker)) live.relay.report(report);
    else if (!live) this.#endAgain(sessionId);
  }

  /** A machine said what it holds. Shells that nobody has a session for any more are told so. */
  held(speaker: Speaker, sessions: readonly HeldSession[]): void {
    const held = new Map(sessions.map((each) => [each.sessionId, each]));
    for (const [sessionId, live] of [...this.#relays])
      if (isSame(live.speaker, speaker)) live.relay.held(held.get(sessionId));
    for (const sessionId of held.keys()) if (!this.#relays.has(sessionId)) this.#endAgain(sessionId);
  }

  /** Asks every machine that should have shells what it holds. */
  askMachines(): void {
    const speakers = [...this.#relays.values()].map(({ speaker }) => speaker);
    this.#rollCall.askAnew(speakers, SYNC_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#returned[Symbol.dispose]();
    await Promise.all([...this.#relays.values()].map(({ relay }) => relay.close()));
    await this.#touch().catch(() => undefined);
  }

  async #join({ client, session }: Admitted, { columns, rows }: FrameOf<'hello'>): Promise<void> {
    try {
      const relay =
        client.mode === 'open' ? await this.#open(session, { columns, rows }) : await this.#find(session.session_id);
      if (relay) return relay.join(client);
    } catch (error) {
      client.standing[Symbol.dispose]();
      throw error;
    }
    client.standing[Symbol.dispose]();
    const { state, end_reason: reason, error_info: words, exit_code: exitCode } = session;
    if (state === 'ENDED')
      client.socket.send({ kind: 'end', reason: reason ?? '', exitCode: exitCode ?? undefined, signal: '' });
    client.socket.close(CLOSE.OVER, words || 'the session is over');
  }

  /** The live session of this id, also one that is just being opened. */
  async #find(sessionId: string): Promise<Relay | undefined> {
    await this.#opening.get(sessionId);
    return this.#relays.get(sessionId)?.relay;
  }

  #open(session: Session, size: Size): Promise<Relay> {
    const { session_id: sessionId } = session;
    const opening = this.#begin(session, size);
    const settled = opening.then(
      () => undefined,
      () => undefined,
    );
    this.#opening.set(sessionId, settled);
    void settled.then(() => {
      if (this.#opening.get(sessionId) === settled) this.#opening.delete(sessionId);
    });
    return opening;
  }

  /** Makes the shell's key, has the order signed, and sends it. */
  async #begin(session: Session, size: Size): Promise<Relay> {
    const { vault } = this.#options;
    const { session_id: sessionId } = session;
    const key = newFrameKey();
    const row = this.#row(session);
    const also = { frame_key: sealFrameKey(key, sessionId, vault), sequence: SEQUENCE_BLOCK, ...size };
    try {
      await (row.step({ event: 'redeem', also }) ?? Promise.reject(new Overtaken()));
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      throw new Refusal('conflict', 'FailedOperation', 'the session is open or over already');
    }
    try {
      const relay = await this.#start(row, this.#link(row, key, 1));
      void this.#order(relay, row.written, key);
      return relay;
    } catch (error) {
      const words = 'the recording could not be begun';
      await row.step({ event: 'finish', reason: 'START_FAILED', also: { error_info: words } });
      throw error;
    }
  }

  async #order(relay: Relay, session: Session, key: FrameKey): Promise<void> {
    try {
      const { order } = await this.#options.machines.sign(session.account_uin, orderOf(session, key.publicKey));
      relay.open(order);
    } catch (error) {
      relay.fail(error instanceof Refusal ? error.message : 'the order could not be signed');
    }
  }

  async #claim(session: Session): Promise<void> {
    const { vault, logger } = this.#options;
    const { session_id: sessionId, sequence, frame_key: sealed } = session;
    if (session.state === 'PENDING' || !sealed) return;
    const row = this.#row(session);
    await row.reserve(sequence + SEQUENCE_BLOCK);
    const link = this.#link(row, openFrameKey(sealed, sessionId, vault), sequence);
    try {
      await this.#start(row, link);
    } catch (error) {
      logger.error({ err: error, sessionId }, 'a session cannot go on');
      // the machine hears of it when it says that it still has the shell
      this.#remember(sessionId, link);
      const words = 'the service could not go on with its recording';
      await row.step({ event: 'finish', reason: 'TERMINATED', also: { error_info: words } });
      return;
    }
    // whoever drove has lost the socket with the last process
    void row.step({ event: 'detach' });
  }

  #link(row: SessionRow, { privateKey }: FrameKey, next: number): MachineLink {
    const { session_id: sessionId, tenant, instance_id: instanceId } = row.written;
    return new MachineLink({
      ...{ bus: this.#options.bus, key: privateKey, to: { tenant, instanceId, sessionId } },
      sequence: { next, end: next - (next % SEQUENCE_BLOCK) + SEQUENCE_BLOCK },
      reserve: (end) => row.reserve(end),
    });
  }

  async #start(row: SessionRow, link: MachineLink): Promise<Relay> {
    const { clock, recorders } = this.#options;
    const { session_id: sessionId, tenant, instance_id: instanceId } = row.written;
    const recorder: Recorder = await recorders.open(row.written, {
      onCommitted: () => relay.committed(),
      onLost: (words) => void relay.stop('TERMINATED', words),
    });
    const over = () => {
      this.#relays.delete(sessionId);
      this.#remember(sessionId, link);
    };
    const relay: Relay = new Relay({ row, link, recorder, clock, over, limits: limitsOf(row.written) });
    this.#relays.set(sessionId, { relay, speaker: { tenant, instanceId } });
    return relay;
  }

  #row(session: Session): SessionRow {
    return new SessionRow(session, this.#options);
  }

  #remember(sessionId: string, link: MachineLink): void {
    this.#lately.set(sessionId, link);
    const [oldest] = this.#lately.keys();
    if (this.#lately.size > LATELY_ENDED) this.#lately.delete(oldest!);
  }

  /** The word that it is over was lost. What ended before this process did is left to the machine's own clock. */
  #endAgain(sessionId: string): void {
    this.#lately.get(sessionId)?.say({ case: 'end', value: { reason: '' } });
  }

  #tick(): void {
    const now = performance.now();
    const { bus, logger } = this.#options;
    if (bus.connected) this.#busAwaySince = undefined;
    else this.#busAwaySince ??= now;
    const busIsAway = this.#busAwaySince !== undefined && now - this.#busAwaySince >= BUS_AWAY_MS;
    for (const { relay, speaker } of [...this.#relays.values()]) {
      relay.tick(now, busIsAway);
      if (!relay.isFound) this.#rollCall.ask(speaker, FIND_MS);
      else if (now - relay.heardAt >= QUIET_MS) this.#rollCall.ask(speaker, SYNC_MS);
    }
    if (now - this.#touchedAt < TOUCH_MS) return;
    this.#touchedAt = now;
    this.#touch().catch((error) => logger.warn({ err: error }, 'the last use of sessions could not be written'));
  }

  async #touch(): Promise<void> {
    const active = new Map<string, number>();
    for (const [sessionId, { relay }] of this.#relays)
      if (this.#touched.get(sessionId) !== relay.activeAt) active.set(sessionId, relay.activeAt);
    this.#touched.clear();
    for (const [sessionId, { relay }] of this.#relays) this.#touched.set(sessionId, relay.activeAt);
    await this.#store.touch(active);
  }
}

function isSame(one: Speaker, other: Speaker): boolean {
  return one.tenant === other.tenant && one.instanceId === other.instanceId;
}

function limitsOf({ grace_ms: graceMs, idle_ms: idleMs, longest_ms: longestMs }: Session): SessionLimits {
  const endingMs = Math.max(graceMs, LEAST_SILENCE_MS) + KILL_MS;
  return { ticketMs: TICKET_MS, startMs: START_MS, graceMs, idleMs, longestMs, endingMs };
}
