import type { HeldSession, SessionExited, SessionReport } from '@muster/contract';
import type { Clock } from '@muster/kernel';
import { type EndReason, nextDeadline, type SessionLimits, type SessionState } from '@muster/terminal';
import type { Client, FrameOf } from './audience.ts';
import { CLOSE } from './close-codes.ts';
import { MachineEnd } from './machine-end.ts';
import type { MachineLink } from './machine-link.ts';
import { OpenOrder } from './open-order.ts';
import { Reception } from './reception.ts';
import type { Recorder } from './recorder.ts';
import { RecordingFeed } from './recording-feed.ts';
import type { SessionRow } from './session-row.ts';
import { wordsFor } from './why.ts';

/** A machine that says nothing for so long, although it is asked, is away. */
const SILENT_MS = 20_000;
/** How long the rest of the output may take once the shell is over. */
const REST_MS = 10_000;
/** How long people wait for the machine's word once the shell was told to end. */
const FAREWELL_MS = 4_000;
/** The order to end is said so often until it is answered. */
const END_AGAIN_MS = 2_000;

/** What a relay is made of. */
export interface RelayOptions {
  readonly row: SessionRow;
  readonly link: MachineLink;
  readonly recorder: Recorder;
  readonly limits: SessionLimits;
  readonly clock: Clock;
  /** The session is over, and its row says so. */
  readonly over: () => void;
}

/** One live session: between its machine, whoever drives, those who watch, and the recorder. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #machine: MachineEnd;
  readonly #feed: RecordingFeed;
  readonly #reception: Reception;
  readonly #hasTerminal: boolean;
  #heardAt = performance.now();
  #exit: { readonly how: SessionExited; readonly at: number } | undefined;
  #saidEndAt = 0;
  /** What opens the shell, until it is open. */
  #order: OpenOrder | undefined;
  /** Why it ends, for people. */
  #words: string;
  #over: Promise<void> | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    const { row, link, recorder, clock } = options;
    const { kind, columns, rows, turn, error_info: words } = row.written;
    this.#words = words;
    this.#hasTerminal = kind === 'SHELL';
    this.#feed = new RecordingFeed(recorder, row.written);
    this.#machine = new MachineEnd({
      ...{ link, hasTerminal: this.#hasTerminal, columns, rows, turn },
      onPrinted: (offset, bytes) => this.#printed(offset, bytes),
      onTyped: () => this.#typed(),
      dealtWith: () => this.#dealtWith(),
    });
    this.#reception = new Reception({
      ...{ row, machine: this.#machine, feed: this.#feed, clock },
      isEnding: () => this.state === 'ENDING' || this.#isOver || this.#exit !== undefined,
      away: () => this.#away(),
      stop: (reason, words) => void this.stop(reason, words),
      onProgress: () => this.#progressed(),
    });
  }

  get state(): SessionState {
    return this.#options.row.life.state;
  }

  /** Whether it is known where the machine stands, or will tell by itself. */
  get isFound(): boolean {
    return this.state === 'STARTING' || this.#machine.printed !== undefined || this.#reception.wasFound;
  }

  /** The last input or output. */
  get activeAt(): number {
    return this.#options.row.life.activeAt;
  }

  /** When the machine was heard last, by the monotonic clock. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** The principal that drives. */
  get driver(): string | undefined {
    return this.#reception.audience.driver?.principal;
  }

  /** Who watches, by uin. */
  get watchers(): string[] {
    return this.#reception.audience.watchers.map(({ uin }) => uin);
  }

  /** Somebody is let in, once it is known where the machine stands. */
  join(client: Client): void {
    this.#reception.join(client);
    if (this.#isOver) this.#farewell();
  }

  /** Sends the order that opens the shell, until it is open or may not be opened any more. */
  open(order: Uint8Array): void {
    const nobody = () => this.fail('the machine is not connected');
    this.#order = new OpenOrder({ link: this.#options.link, order, nobody });
    this.#order.tick(performance.now());
  }

  /** The shell cannot be opened. */
  fail(words: string): void {
    if (this.state === 'STARTING') void this.#finish('START_FAILED', words);
  }

  /** Something came from the machine. */
  report({ what }: SessionReport): void {
    this.#heard();
    if (what.case === 'output') this.#machine.output(what.value);
    else if (what.case === 'inputPosition') this.#machine.typedUntil(what.value);
    else if (what.case === 'started') this.#started();
    else if (what.case === 'refused') this.fail(what.value.info);
    else if (what.case === 'exited') this.#exited(what.value);
    else if (what.case === 'typed') this.#feed.typed(what.value);
    else if (what.case === 'note') this.#feed.noted(what.value);
  }

  /** The machine says what it holds: this session, or not. */
  held(held: HeldSession | undefined): void {
    if (this.#isOver) return;
    if (held) {
      if (this.state === 'STARTING') this.#started(held);
      else if (!this.#machine.printed) this.#reception.found(held, { hasTerminal: this.#hasTerminal });
      this.#heard();
    } else if (this.#exit) {
      this.#finishExited();
    } else if (this.state !== 'STARTING') {
      // while it starts, the order may be on its way
      void this.#finish('MACHINE_LOST', 'the machine does not have it any more');
    }
  }

  /** The recording is further. */
  committed(): void {
    this.#machine.acknowledge();
  }

  /** Tells the machine to end the shell. Resolves when the row says so. */
  stop(reason: EndReason, words: string): Promise<void> {
    if (this.#over !== undefined) return this.#over;
    const neverRan = this.state === 'STARTING';
    const written = this.#options.row.step({ event: 'stop', reason, also: { error_info: words } });
    if (written === undefined) return Promise.resolve();
    this.#words = words;
    this.#sayEnd(performance.now());
    if (neverRan || reason === 'REVOKED') this.#farewell();
    return written;
  }

  /** Does what is due; called several times a second. */
  tick(now: number, busIsAway: boolean): void {
    if (this.#isOver) return;
    const { row, limits, clock } = this.#options;
    const deadline = nextDeadline(row.life, limits);
    if (deadline && clock.now() >= deadline.at) {
      const words = wordsFor(deadline.reason, limits);
      if (deadline.event === 'stop') void this.stop(deadline.reason, words);
      else void this.#finish(deadline.reason, words);
      return;
    }
    this.#reception.tick(now);
    if (this.state === 'STARTING') this.#order?.tick(now);
    if (this.#exit) this.#rest(now);
    else if (this.state === 'ENDING') this.#ending(now);
    else if (this.state === 'CONNECTED' || this.state === 'DETACHED') {
      if (busIsAway || now - this.#heardAt >= SILENT_MS) this.#fallSilent();
      else this.#machine.tick(now);
    }
  }

  /** Leaves everything as it is, for the next process. */
  async close(): Promise<void> {
    this.#machine.stop();
    this.#reception.dismiss(CLOSE.AWAY, 'the service restarts');
    await this.#over;
    await this.#options.recorder.close();
    await this.#options.row.close();
  }

  get #isOver(): boolean {
    return this.#over !== undefined;
  }

  #started(held?: HeldSession): void {
    const { row } = this.#options;
    if (this.state === 'ENDING') this.#sayEnd(performance.now());
    if (row.step({ event: 'start' }) === undefined) return;
    this.#order = undefined;
    if (!held) this.#machine.begin();
    if (held) this.#reception.found(held, { hasTerminal: this.#hasTerminal });
    else this.#reception.letIn();
    // whoever opened it may have gone by now
    if (!this.#reception.audience.driver) void row.step({ event: 'detach' });
  }

  #printed(offset: number, bytes: Uint8Array): void {
    const { row, clock } = this.#options;
    this.#reception.audience.pump(this.#machine.printed!);
    this.#feed.printed(offset, bytes);
    row.touch(clock.now());
    if (this.#exit) this.#rest(performance.now());
  }

  #typed(): void {
    const { audience } = this.#reception;
    if (audience.driver) audience.tell(audience.driver, this.#machine.typed.word);
  }

  #progressed(): void {
    this.#machine.acknowledge();
    if (this.#exit) this.#rest(performance.now());
  }

  #dealtWith(): number {
    // once the shell is over, nothing waits any more for somebody who is not there
    const waitsForNobody = this.#exit !== undefined && !this.#reception.audience.driver;
    return Math.min(this.#feed.committed, waitsForNobody ? Number.POSITIVE_INFINITY : this.#reception.drawn);
  }

  #heard(): void {
    this.#heardAt = performance.now();
    const { row } = this.#options;
    if (this.state !== 'SILENT' || row.step({ event: 'return' }) === undefined) return;
    const { audience } = this.#reception;
    if (audience.driver) void row.step({ event: 'attach', also: { turn: this.#machine.turn } });
    audience.say({ kind: 'state', state: 'live', until: undefined });
    this.#machine.again();
  }

  #fallSilent(): void {
    void this.#options.row.step({ event: 'fall silent' });
    const away = this.#away();
    if (away) this.#reception.audience.say(away);
  }

  /** What clients are told of a machine that is away, or not found yet. */
  #away(): FrameOf<'state'> | undefined {
    const { state, cutAt, since } = this.#options.row.life;
    if (state === 'STARTING' || (state !== 'SILENT' && this.#machine.printed)) return undefined;
    return { kind: 'state', state: 'machine away', until: (cutAt ?? since) + this.#options.limits.graceMs };
  }

  #sayEnd(now: number): void {
    this.#saidEndAt = now;
    this.#machine.end(this.#options.row.life.reason ?? '');
  }

  #ending(now: number): void {
    const { row, clock } = this.#options;
    if (now - this.#saidEndAt >= END_AGAIN_MS) this.#sayEnd(now);
    if (clock.now() - row.life.since >= FAREWELL_MS) this.#farewell();
  }

  #exited(how: SessionExited): void {
    this.#exit ??= { how, at: performance.now() };
    this.#machine.acknowledge(true);
    this.#rest(performance.now());
  }

  /** The end waits for all of the output: to be here, and to be on its way to whoever drives. */
  #rest(now: number): void {
    const { printed } = this.#machine;
    const { how, at } = this.#exit!;
    const isHere = !printed || printed.end >= Number(how.outputEnd);
    const isComplete = isHere && (!printed || this.#reception.audience.hasSentAll(printed));
    if (isComplete || now - at >= REST_MS) this.#finishExited();
  }

  #finishExited(): void {
    const signal = this.#exit?.how.signal;
    void this.#finish('EXITED', signal ? `ended by ${signal}` : '');
  }

  #finish(reason: EndReason, words: string): Promise<void> {
    this.#over ??= this.#end(reason, words);
    return this.#over;
  }

  async #end(reason: EndReason, words: string): Promise<void> {
    const { row, recorder, over } = this.#options;
    await recorder.seal();
    const exitCode = this.#exit?.how.exitCode ?? -1;
    // what had to end has its words already
    if (row.life.reason === undefined) this.#words = words;
    const also = { error_info: this.#words, ...(exitCode >= 0 && { exit_code: exitCode }) };
    const written = row.step({ event: 'finish', reason, also });
    try {
      await written;
    } finally {
      // how it ended is the machine's to keep until it is written
      this.#machine.end('');
      this.#farewell();
      this.#machine.stop();
      over();
    }
  }

  /** Tells everybody how it ended, and lets them go. */
  #farewell(): void {
    const { life } = this.#options.row;
    const { exitCode = -1, signal = '' } = this.#exit?.how ?? {};
    const last: FrameOf<'end'> = {
      ...{ kind: 'end', reason: life.reason ?? 'MACHINE_LOST', signal },
      exitCode: exitCode < 0 ? undefined : exitCode,
    };
    this.#reception.dismiss(CLOSE.OVER, this.#words, last);
  }
}
