import type { StandingDecision } from '@muster/rpc';
import type { Acknowledgement, Frame, Ticket } from '@muster/terminal';
import type { ClientSocket } from './client-socket.ts';
import { CLOSE, type CloseCode } from './close-codes.ts';
import { type PrintedStream, Reader } from './printed-stream.ts';

/** Clients hear something so often at least, so that they know that the service is there. */
const TELL_MS = 8_000;

export type FrameOf<K extends Frame['kind']> = Extract<Frame, { kind: K }>;

/** Somebody whose ticket, token and rights were found good, and who is still decided about. */
export interface Client {
  readonly socket: ClientSocket;
  readonly uin: string;
  /** As tickets name it. */
  readonly principal: string;
  readonly mode: Ticket['mode'];
  /** The size of its terminal, and how far it has seen the output. */
  readonly hello: Pick<FrameOf<'hello'>, 'columns' | 'rows' | 'from'>;
  /** Disposed when the socket is gone. */
  readonly standing: StandingDecision;
  /** Decides with this token from now on. Rejects when it is not this principal's. */
  renew(token: string): Promise<void>;
}

interface Member {
  readonly reader: Reader;
  toldAt: number;
}

/** Everybody who is attached to a live session: at most one of them drives. */
export class Audience {
  readonly #members = new Map<Client, Member>();
  #driver: Client | undefined;

  get driver(): Client | undefined {
    return this.#driver;
  }

  get watchers(): Client[] {
    return [...this.#members.keys()].filter((client) => client !== this.#driver);
  }

  /** How far the one who drives has drawn the output; undefined while nobody does. */
  get drawn(): number | undefined {
    return this.#driver && this.#members.get(this.#driver)?.reader.acknowledged;
  }

  has(client: Client): boolean {
    return this.#members.has(client);
  }

  /** Takes somebody in, who gets the output from `from` on. Who drove until then watches. */
  add(client: Client, { drives, from }: { readonly drives: boolean; readonly from: number }): void {
    this.#members.set(client, { reader: new Reader(from), toldAt: performance.now() });
    if (!drives) return;
    this.#driver?.socket.send({ kind: 'state', state: 'taken over', until: undefined });
    this.#driver = client;
  }

  /** Answers whether it drove. */
  remove(client: Client): boolean {
    this.#members.delete(client);
    if (this.#driver !== client) return false;
    this.#driver = undefined;
    return true;
  }

  /** Sends everybody what they may have. Watchers slow nobody: what is not kept any more they have missed. */
  pump(printed: PrintedStream): void {
    for (const client of this.#members.keys()) this.pumpOne(client, printed);
  }

  /** The same for one. */
  pumpOne(client: Client, printed: PrintedStream): void {
    const reader = this.#members.get(client)?.reader;
    if (!reader) return;
    for (let piece = reader.next(printed); piece; piece = reader.next(printed)) {
      if (piece === 'too late') {
        client.socket.close(CLOSE.TOO_MUCH, 'fell too far behind the output');
        return;
      }
      client.socket.send({ kind: 'data', ...piece });
    }
  }

  /** Takes a client's word about the output. False when it cannot be true. */
  acknowledge(client: Client, said: Acknowledgement): boolean {
    return this.#members.get(client)?.reader.acknowledge(said) ?? false;
  }

  /** Whether the one who drives, if anybody, was sent everything. */
  hasSentAll(printed: PrintedStream): boolean {
    const reader = this.#driver && this.#members.get(this.#driver)?.reader;
    return !reader || reader.sent >= printed.end;
  }

  /** Tells one client how its input stands. */
  tell(client: Client, word: Acknowledgement): void {
    const member = this.#members.get(client);
    if (!member) return;
    member.toldAt = performance.now();
    client.socket.send({ kind: 'ack', ...word });
  }

  /** Tells those who have not heard anything for long; called several times a second. */
  tick(now: number, word: () => Acknowledgement): void {
    for (const [client, { toldAt }] of this.#members) if (now - toldAt >= TELL_MS) this.tell(client, word());
  }

  /** Says something to everybody, or to everybody but one. */
  say(frame: Frame, but?: Client): void {
    for (const client of this.#members.keys()) if (client !== but) client.socket.send(frame);
  }

  /** Nobody is attached any more. */
  dismiss(code: CloseCode, reason: string): void {
    const clients = [...this.#members.keys()];
    this.#members.clear();
    this.#driver = undefined;
    for (const { socket } of clients) socket.close(code, reason);
  }
}
