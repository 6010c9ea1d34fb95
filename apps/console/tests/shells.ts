import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { create } from '@bufbuild/protobuf';
import { EndReason, type Session, SessionKind, SessionSchema, SessionState } from '@muster/contract';
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  INPUT_WINDOW,
  MOST_DATA,
  OUTPUT_WINDOW,
  ReceiveWindow,
  SendWindow,
} from '@muster/terminal';
import { ACCOUNT_UIN } from '@muster/testkit';
import type { WebSocket } from 'ws';
import { past } from './past.ts';

const MOST_OUTPUT = 8 * 1_048_576;

/** One client at a shell. */
interface Seat {
  readonly socket: WebSocket;
  readonly output: SendWindow;
  drives: boolean;
}

/** A shell that a test plays: what it prints, what was typed into it, who is there. It speaks frames as session-svc does. */
export class FakeShell extends EventEmitter {
  readonly session: Session;
  /** Everything that was typed, as text. */
  typed = '';
  /** Sizes that clients set, as `80x24`, the newest last. */
  readonly sizes: string[] = [];
  recordsOutput = true;
  recordsInput = false;
  graceSeconds = 60;
  readonly #seats = new Set<Seat>();
  readonly #input = new ReceiveWindow({ window: INPUT_WINDOW });
  readonly #printed: Buffer[] = [];
  #turn = 0;

  constructor(session: Session) {
    super();
    this.session = session;
  }

  get clients(): number {
    return this.#seats.size;
  }

  /** What the programs in the shell print. */
  write(text: string | Uint8Array): void {
    const bytes = Buffer.from(text as string);
    this.#printed.push(bytes);
    for (const seat of this.#seats) {
      seat.output.append(bytes);
      this.#pump(seat);
    }
  }

  /** Breaks every connection, as a network does. */
  drop(): void {
    for (const { socket } of this.#seats) socket.terminate();
  }

  /** Tells every client where the session stands. */
  state(state: string, until?: number): void {
    this.#tell({ kind: 'state', state, until });
  }

  /** The shell is over. */
  end(reason: EndReason, exitCode?: number): void {
    const { session } = this;
    session.sessionState = SessionState.ENDED;
    session.endReason = reason;
    session.endTime = past(0);
    if (exitCode !== undefined) session.exitCode = exitCode;
    const name = Object.entries(EndReason).find(([, value]) => value === reason)![0];
    this.#tell({ kind: 'end', reason: name, exitCode, signal: '' });
    for (const { socket } of this.#seats) socket.close();
    this.emit('ended');
  }

  /** Takes a client that said HELLO. */
  seat(socket: WebSocket, hello: Extract<Frame, { kind: 'hello' }>, drives: boolean): void {
    const printed = Buffer.concat(this.#printed);
    const start = Math.min(hello.from ?? 0, printed.length);
    const output = new SendWindow({ capacity: MOST_OUTPUT, limit: start + OUTPUT_WINDOW, start });
    output.append(printed.subarray(start));
    if (drives) this.#unseatDriver();
    const seat: Seat = { socket, output, drives };
    this.#seats.add(seat);
    this.session.sessionState = SessionState.CONNECTED;
    this.session.startTime ??= past(0);
    if (drives) this.#turn += 1;
    const [columns, rows] = drives
      ? [hello.columns, hello.rows]
      : (this.sizes.at(-1) ?? '80x24').split('x').map(Number);
    if (drives) this.sizes.push(`${columns}x${rows}`);
    const welcome = encodeFrame({
      kind: 'welcome',
      drives,
      turn: this.#turn,
      inputNext: this.#input.next,
      inputLimit: this.#input.limit,
      outputFrom: start,
      reset: hello.from === undefined && printed.length > 0,
      columns: columns!,
      rows: rows!,
      recordsOutput: this.recordsOutput,
      recordsInput: this.recordsInput,
      graceSeconds: this.graceSeconds,
      idleSeconds: 900,
      longestSeconds: 43_200,
    });
    socket.send(welcome);
    this.#pump(seat);
    socket.on('message', (data: Buffer) => this.#heard(seat, decodeFrame(data)));
    socket.on('close', () => {
      this.#seats.delete(seat);
      if (![...this.#seats].some((each) => each.drives) && this.session.sessionState === SessionState.CONNECTED) {
        this.session.sessionState = SessionState.DETACHED;
      }
      this.emit('left');
    });
    this.emit('seated');
  }

  #heard(seat: Seat, frame: Frame | undefined): void {
    if (frame?.kind === 'ack') {
      seat.output.acknowledge(frame);
      this.#pump(seat);
    } else if (frame?.kind === 'data' && seat.drives) {
      const received = this.#input.accept(frame.offset, frame.bytes);
      if (received.kind === 'fresh') {
        this.typed += Buffer.from(received.bytes).toString();
        this.#input.consume(received.bytes.length);
      }
      seat.socket.send(encodeFrame({ kind: 'ack', ...this.#input.acknowledgement() }));
      this.emit('typed');
    } else if (frame?.kind === 'resize' && seat.drives) {
      this.sizes.push(`${frame.columns}x${frame.rows}`);
      for (const each of this.#seats) if (each !== seat) each.socket.send(encodeFrame(frame));
    } else if (frame?.kind === 'end' && seat.drives) this.end(EndReason.CLOSED);
  }

  #unseatDriver(): void {
    for (const seat of this.#seats) {
      if (!seat.drives) continue;
      seat.drives = false;
      seat.socket.send(encodeFrame({ kind: 'state', state: 'taken over', until: undefined }));
    }
  }

  #pump({ socket, output }: Seat): void {
    for (let piece = output.next(MOST_DATA); piece; piece = output.next(MOST_DATA)) {
      socket.send(encodeFrame({ kind: 'data', offset: piece.offset, bytes: piece.bytes }));
    }
  }

  #tell(frame: Frame): void {
    for (const { socket } of this.#seats) socket.send(encodeFrame(frame));
  }
}

/** Every shell of the world, and the tickets that open them. */
export class Shells {
  readonly all: FakeShell[] = [];
  /** What OpenSession does before it answers; a test may throw here. */
  admit: () => void = () => {};
  /** Whether sockets are taken at all. */
  door: 'open' | 'shut' = 'open';
  readonly #tickets = new Map<string, { shell: FakeShell; drives: boolean }>();

  clear(): void {
    for (const shell of this.all) shell.drop();
    this.all.length = 0;
    this.#tickets.clear();
    this.admit = () => {};
    this.door = 'open';
  }

  /** A shell that somebody has open. */
  shell(session: Partial<Session> & { instanceId: string }): FakeShell {
    const { $typeName: _, $unknown: __, ...given } = session;
    const shell = new FakeShell(
      create(SessionSchema, {
        sessionId: `ses-${String(this.all.length + 1).padStart(8, '0')}`,
        username: 'root',
        createUin: ACCOUNT_UIN,
        sessionState: SessionState.STARTING,
        sessionKind: SessionKind.SHELL,
        createdTime: past(0),
        ...given,
      }),
    );
    this.all.unshift(shell);
    return shell;
  }

  ticket(shell: FakeShell, drives: boolean) {
    const ticket = randomBytes(32).toString('base64url');
    this.#tickets.set(ticket, { shell, drives });
    return { sessionId: shell.session.sessionId, ticket };
  }

  /** A WebSocket at the door: its first frame says whose it is. */
  enter(socket: WebSocket): void {
    socket.once('message', (data: Buffer) => {
      const hello = decodeFrame(data);
      const found = hello?.kind === 'hello' && hello.token === 'root' ? this.#tickets.get(hello.ticket) : undefined;
      if (hello?.kind !== 'hello' || !found || this.door === 'shut') {
        socket.close(4_401, 'no such ticket');
        return;
      }
      this.#tickets.delete(hello.ticket);
      found.shell.seat(socket, hello, found.drives);
    });
  }
}
