import type { HeldSession } from '@muster/contract';
import type { Clock } from '@muster/kernel';
import type { EndReason, Frame } from '@muster/terminal';
import { WATCHERS_MAX } from '../domain/session-limits.ts';
import { Audience, type Client, type FrameOf } from './audience.ts';
import { CLOSE, type CloseCode } from './close-codes.ts';
import type { MachineEnd, Size } from './machine-end.ts';
import type { RecordingFeed } from './recording-feed.ts';
import type { SessionRow } from './session-row.ts';

/** Who waits to be let in hears something so often. */
const WAITING_MS = 5_000;

/** What a reception is made of. */
export interface ReceptionOptions {
  readonly row: SessionRow;
  readonly machine: MachineEnd;
  readonly feed: RecordingFeed;
  readonly clock: Clock;
  /** Nobody may drive any more. */
  readonly isEnding: () => boolean;
  /** Since when the machine is away, if it is, as clients are told. */
  readonly away: () => FrameOf<'state'> | undefined;
  /** Ends the shell. */
  readonly stop: (reason: EndReason, words: string) => void;
  /** Whoever drives was sent more, or drew more. */
  readonly onProgress: () => void;
}

/** The clients of a live session: how they come in, what they say, and how they leave. */
export class Reception {
  readonly audience = new Audience();
  readonly #options: ReceptionOptions;
  /** Those who came before it was known where the machine stands. */
  readonly #waiting = new Set<Client>();
  #held: HeldSession | undefined;
  #drawn = 0;
  #toldWaitingAt = performance.now();

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** The machine has said where the shell stands. */
  get wasFound(): boolean {
    return this.#held !== undefined;
  }

  /** How far the output was drawn by the one who drives, or drove last. */
  get drawn(): number {
    return this.audience.drawn ?? Math.max(this.#drawn, this.#options.machine.placedAt);
  }

  /** Somebody is let in, once it is known where the machine stands. */
  join(client: Client): void {
    client.socket.listen({ frame: (frame) => this.#take(client, frame), gone: () => this.#gone(client) });
    if (!client.socket.isOpen) return;
    client.standing.refused.catch((refusal: Error) => this.#refuse(client, refusal.message));
    this.#waiting.add(client);
    this.letIn();
  }

  /** This service came back to a machine that has the shell. What is no terminal goes on where its client is, which only that one knows. */
  found(held: HeldSession, { hasTerminal }: { readonly hasTerminal: boolean }): void {
    const { machine, feed } = this.#options;
    this.#held = held;
    if (hasTerminal) machine.goOn(held, feed.next);
    this.letIn();
  }

  /** Lets those in who waited, if that can be. */
  letIn(): void {
    const { machine } = this.#options;
    for (const client of [...this.#waiting]) {
      if (!machine.printed && this.#held && client.mode !== 'watch') machine.goOn(this.#held, client.hello.from ?? 0);
      if (!machine.printed) continue;
      this.#waiting.delete(client);
      this.#welcome(client);
    }
  }

  /** Called several times a second. */
  tick(now: number): void {
    this.audience.tick(now, () => this.#options.machine.typed.word);
    if (now - this.#toldWaitingAt < WAITING_MS) return;
    this.#toldWaitingAt = now;
    const away = this.#options.away();
    if (away) for (const { socket } of this.#waiting) socket.send(away);
  }

  /** Everybody leaves, with a last word. */
  dismiss(code: CloseCode, reason: string, last?: Frame): void {
    for (const { socket } of [...this.#waiting]) {
      if (last) socket.send(last);
      socket.close(code, reason);
    }
    if (last) this.audience.say(last);
    this.audience.dismiss(code, reason);
  }

  #take(client: Client, frame: Frame): void {
    const drives = client === this.audience.driver;
    if (frame.kind === 'token') this.#renew(client, frame.token);
    else if (!this.audience.has(client)) this.#fault(client, 'this may not come before the welcome');
    else if (frame.kind === 'ack') this.#acknowledged(client, frame);
    else if (frame.kind === 'data') this.#typed(client, frame);
    else if (frame.kind === 'resize') drives && this.#resize(client, frame);
    else if (frame.kind !== 'end') this.#fault(client, 'this is for the service to say');
    else if (drives) this.#options.stop('CLOSED', '');
    else client.socket.close(CLOSE.OVER, '');
  }

  #typed(client: Client, { offset, bytes }: FrameOf<'data'>): void {
    // whoever was taken over may not know it yet
    if (client !== this.audience.driver) return;
    const { machine, row, clock } = this.#options;
    const taken = machine.typed.take(offset, bytes);
    if (taken === 'overrun') this.#fault(client, 'more was typed than was granted');
    else if (taken === 'nothing new') this.audience.tell(client, machine.typed.word);
    else {
      machine.pump();
      row.touch(clock.now());
    }
  }

  #resize(client: Client, { columns, rows }: Size): void {
    if (!this.#options.machine.resize({ columns, rows })) return;
    this.#options.feed.resized({ columns, rows });
    this.audience.say({ kind: 'resize', columns, rows }, client);
  }

  #acknowledged(client: Client, said: FrameOf<'ack'>): void {
    const { machine, onProgress } = this.#options;
    if (!machine.printed) return;
    if (this.audience.acknowledge(client, said)) this.audience.pumpOne(client, machine.printed);
    else this.#fault(client, 'this was never sent');
    if (client === this.audience.driver) onProgress();
  }

  #renew(client: Client, token: string): void {
    client.renew(token).catch((refusal: Error) => this.#refuse(client, refusal.message));
  }

  #fault({ socket }: Client, words: string): void {
    socket.close(CLOSE.FAULT, words);
  }

  /** Whoever drives, or waits for the shell to open, and may not any more takes it along; others only leave. */
  #refuse(client: Client, words: string): void {
    if (!client.socket.isOpen) return;
    const drives = this.audience.driver === client || (this.#waiting.has(client) && client.mode === 'open');
    if (drives) this.#options.stop('REVOKED', words);
    client.socket.close(CLOSE.DENIED, words);
  }

  #gone(client: Client): void {
    client.standing[Symbol.dispose]();
    this.#waiting.delete(client);
    this.#drawn = this.audience.drawn ?? this.#drawn;
    if (this.audience.remove(client)) void this.#options.row.step({ event: 'detach' });
  }

  #welcome(client: Client): void {
    const { row, machine, isEnding, away } = this.#options;
    const { columns, rows, from } = client.hello;
    const drives = client.mode !== 'watch' && !isEnding();
    if (!drives && this.audience.watchers.length >= WATCHERS_MAX) {
      client.socket.close(CLOSE.TOO_MUCH, `a session may have ${WATCHERS_MAX} watchers`);
      return;
    }
    const takesOver = this.audience.driver !== undefined;
    const turn = drives ? machine.turn + 1 : machine.turn;
    const before = machine.printed;
    const place = machine.placeFor(from);
    const { record_output, record_input, grace_ms, idle_ms, longest_ms } = row.written;
    this.audience.add(client, { drives, from: place.outputFrom });
    client.socket.send({
      ...{ kind: 'welcome', drives, turn, ...place, ...machine.typed.place },
      ...(drives ? { columns, rows } : machine.size),
      ...{ recordsOutput: record_output === 1, recordsInput: record_input === 1 },
      ...{ graceSeconds: grace_ms / 1_000, idleSeconds: idle_ms / 1_000, longestSeconds: longest_ms / 1_000 },
    });
    if (drives) {
      void row.step({ event: 'attach', also: { turn, columns, rows } });
      this.#resize(client, { columns, rows });
    }
    if (drives || place.reset || machine.printed !== before) machine.attach({ turn, redraw: place.reset || takesOver });
    const isAway = away();
    if (isAway) client.socket.send(isAway);
    this.audience.pumpOne(client, machine.printed!);
  }
}
