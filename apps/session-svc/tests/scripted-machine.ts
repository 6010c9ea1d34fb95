import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  agentUserJwt,
  type Bus,
  connectBus,
  connectServiceBus,
  keyOf,
  newAccountKey,
  newUserKey,
  seedOf,
  subjects,
  tenantAccountJwt,
} from '@muster/bus';
import {
  HeldSessionsSchema,
  type SessionMessage,
  SessionMessageSchema,
  type SessionOrder,
  SessionOrderSchema,
  SessionReportSchema,
  SignedSessionMessageSchema,
  SignedSessionOrderSchema,
} from '@muster/contract';
import { INPUT_WINDOW, KEPT_OUTPUT, MOST_DATA, ReceiveWindow, SendWindow, signedText } from '@muster/terminal';
import { type NatsServer, silentLogger } from '@muster/testkit';

type Report = NonNullable<MessageInitShape<typeof SessionReportSchema>['what']>;

/** A tenant's account on the bus. */
export interface Tenant {
  readonly id: string;
  /** Connects a machine; `server` is another way to the bus. */
  machine(instanceId: string, server?: string): Promise<ScriptedMachine>;
}

/** Makes an account on the bus, as invocation-svc does. */
export async function makeTenant(nats: NatsServer): Promise<Tenant> {
  const { installation } = nats;
  const tenant = newAccountKey();
  const agentSigning = newAccountKey();
  const operatorSigning = keyOf((await readFile(installation.operatorSigningFile, 'utf8')).trim());
  const { servicesAccount } = installation;
  const keys = { tenant, agentSigning, operatorSigning, servicesAccount };
  const jwt = await tenantAccountJwt({ ...keys, name: 'tenant', revocations: {} });
  await using control = await connectServiceBus({
    ...{ name: 'control', url: nats.url, credsFile: installation.credsFile('control'), logger: silentLogger },
  });
  await control.requestRaw('$SYS.REQ.CLAIMS.UPDATE', Buffer.from(jwt), 5_000);
  return {
    id: tenant.getPublicKey(),
    async machine(instanceId, server = nats.url) {
      const user = newUserKey();
      const expires = Math.round(Date.now() / 1_000) + 3_600;
      const jwt = await agentUserJwt({
        ...{ instanceId, publicKey: user.getPublicKey(), tenantAccount: tenant.getPublicKey(), agentSigning, expires },
      });
      const identity = { jwt, seed: seedOf(user) };
      const bus = await connectBus({
        ...{ servers: [server], identity: () => identity, name: instanceId, logger: silentLogger },
        inboxPrefix: subjects.agentInbox(instanceId),
        reconnectDelay: () => 50,
      });
      const machine = new ScriptedMachine(bus, instanceId);
      await bus.flush();
      return machine;
    },
  };
}

/** How often a message arrives: 0 loses it. What is delayed arrives behind the next ones. */
export type Wire = () => { readonly times: number; readonly delayMs?: number };

/** Speaks the agents' protocol of sessions on the real bus; a test is its shells. */
export class ScriptedMachine implements AsyncDisposable {
  readonly shells = new Map<string, ScriptedShell>();
  readonly orders: SessionOrder[] = [];
  /** What becomes of an order; `start` unless a test says otherwise. */
  onOrder: 'start' | 'refuse' | 'say nothing' = 'start';
  /** What becomes of each message, in both directions. */
  wire: Wire = () => ({ times: 1 });
  /** Called for every new shell. */
  onShell: (shell: ScriptedShell) => void = () => undefined;
  readonly #bus: Bus;
  readonly #instanceId: string;
  #isOpen: boolean = true;

  constructor(bus: Bus, instanceId: string) {
    this.#bus = bus;
    this.#instanceId = instanceId;
    bus.subscribeRaw(subjects.agentSessionsDown(instanceId), (data, subject) =>
      this.#pass(() => this.#hear(data, subjects.sessionOf(subject))),
    );
    bus.onReconnect(() => this.sayHeld());
  }

  /** The shell of a session; fails when there is none. */
  shell(sessionId: string): ScriptedShell {
    const shell = this.shells.get(sessionId);
    if (!shell) throw new Error(`no shell of ${sessionId}`);
    return shell;
  }

  /** Says what it holds. */
  sayHeld(): void {
    const sessions = [...this.shells.values()].map((shell) => shell.held);
    const subject = subjects.agentSessionUp(this.#instanceId, subjects.ALL_SESSIONS, 'held');
    this.#bus.publish(subject, HeldSessionsSchema, { sessions });
  }

  /** The agent is started anew: its shells are gone. */
  restart(): void {
    this.#lose();
    this.sayHeld();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false;
    this.#lose();
    await this.#bus[Symbol.asyncDispose]();
  }

  #lose(): void {
    for (const shell of [...this.shells.values()]) shell.lose();
  }

  #pass(deliver: () => void): void {
    const { times, delayMs = 0 } = this.wire();
    for (let time = 0; time < times; time++) {
      if (delayMs === 0) deliver();
      else setTimeout(() => this.#isOpen && deliver(), delayMs);
    }
  }

  #hear(data: Uint8Array, { sessionId, kind }: { sessionId: string; kind: string }): void {
    if (kind === 'sync') this.sayHeld();
    else if (kind === 'open') this.#open(fromBinary(SignedSessionOrderSchema, data).order);
    else this.shells.get(sessionId)?.hear(data);
  }

  #open(bytes: Uint8Array): void {
    const order = fromBinary(SessionOrderSchema, bytes);
    if (this.shells.has(order.sessionId)) return;
    this.orders.push(order);
    const report = (what: Report) =>
      this.#pass(() => {
        const subject = subjects.agentSessionUp(this.#instanceId, order.sessionId, 'report');
        this.#bus.publish(subject, SessionReportSchema, { sessionId: order.sessionId, what });
      });
    if (this.onOrder === 'say nothing') return;
    if (this.onOrder === 'refuse') {
      report({ case: 'refused', value: { code: 'vetoed', info: 'this machine opens no shells' } });
      return;
    }
    const shell = new ScriptedShell(order, report, () => this.shells.delete(order.sessionId));
    this.shells.set(order.sessionId, shell);
    this.onShell(shell);
    report({ case: 'started', value: { shell: 'bash', keptBytes: KEPT_OUTPUT } });
  }
}

const AGAIN_MS = 200;

/** One shell: prints what a test lets it print, and keeps what is typed. */
export class ScriptedShell {
  readonly order: SessionOrder;
  /** Called with what is typed. */
  onTyped: (bytes: Uint8Array) => void = () => undefined;
  /** Whether the program reads its input. */
  reads: boolean = true;
  readonly sizes: { columns: number; rows: number }[] = [];
  readonly attaches: { turn: number; redraw: boolean }[] = [];
  /** Why it was told to end, each time. */
  readonly ends: string[] = [];
  readonly #report: (what: Report) => void;
  /** It is no more, and says nothing of it. */
  readonly lose: () => void;
  readonly #key: KeyObject;
  readonly #output = new SendWindow({ capacity: KEPT_OUTPUT, limit: 0 });
  readonly #input = new ReceiveWindow({ window: INPUT_WINDOW });
  readonly #typed: Uint8Array[] = [];
  readonly #timer: NodeJS.Timeout;
  #sequence = 0n;
  #turn = 0;
  #exited: Report | undefined;

  constructor(order: SessionOrder, report: (what: Report) => void, forget: () => void) {
    this.order = order;
    this.#report = report;
    this.lose = () => {
      clearInterval(this.#timer);
      forget();
    };
    const x = Buffer.from(order.frameKey).toString('base64url');
    this.#key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    this.#timer = setInterval(() => this.#again(), AGAIN_MS).unref();
  }

  get typed(): string {
    return Buffer.concat(this.#typed).toString();
  }

  get turn(): number {
    return this.#turn;
  }

  /** How much more can be printed. */
  get room(): number {
    return this.#output.room;
  }

  /** How much was printed, and how much of that is acknowledged. */
  get printed(): { readonly end: number; readonly acknowledged: number } {
    return { end: this.#output.end, acknowledged: this.#output.acknowledged };
  }

  get held() {
    return {
      sessionId: this.order.sessionId,
      turn: this.#turn,
      inputNext: BigInt(this.#input.next),
      outputStart: BigInt(this.#output.start),
      outputEnd: BigInt(this.#output.end),
    };
  }

  print(text: string | Uint8Array): void {
    this.#output.append(typeof text === 'string' ? Buffer.from(text) : text);
    this.#pump();
  }

  exit(exitCode: number, signal = ''): void {
    this.#exited = { case: 'exited', value: { exitCode, signal, outputEnd: BigInt(this.#output.end) } };
    this.#report(this.#exited);
  }

  /** Says anything. */
  say(what: Report): void {
    this.#report(what);
  }

  /** Takes a message if it is signed with the order's key and comes after all before it. */
  hear(data: Uint8Array): void {
    const { message, signature } = fromBinary(SignedSessionMessageSchema, data);
    if (!verify(null, signedText('message', message), this.#key, signature)) throw new Error('a forged message');
    const { sequence, what } = fromBinary(SessionMessageSchema, message);
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    this.#take(what);
  }

  #take(what: SessionMessage['what']): void {
    if (what.case === 'attach') {
      const { turn, outputFrom, outputLimit, redraw } = what.value;
      if (turn < this.#turn) return;
      this.#turn = turn;
      this.attaches.push({ turn, redraw });
      const from = Math.max(Number(outputFrom), this.#output.start);
      this.#output.resume(Math.min(from, this.#output.end), Math.max(Number(outputLimit), from));
      this.#tellInput();
    } else if (what.case === 'input') {
      if (what.value.turn !== this.#turn) return;
      const received = this.#input.accept(Number(what.value.offset), what.value.bytes);
      if (received.kind === 'fresh') this.#type(received.bytes);
      this.#tellInput();
    } else if (what.case === 'outputPosition') {
      const { acknowledged, limit, resend } = what.value;
      this.#output.acknowledge({ acknowledged: Number(acknowledged), limit: Number(limit), resend });
    } else if (what.case === 'size') {
      this.sizes.push({ columns: what.value.columns, rows: what.value.rows });
    } else if (what.case === 'end') {
      this.ends.push(what.value.reason);
      if (this.#exited) this.lose();
      else this.exit(-1, 'SIGHUP');
    }
    this.#pump();
  }

  #type(bytes: Uint8Array): void {
    this.#typed.push(bytes.slice());
    if (this.reads) this.#input.consume(bytes.length);
    this.onTyped(bytes);
  }

  #tellInput(): void {
    const { acknowledged, limit, resend } = this.#input.acknowledgement();
    const value = { acknowledged: BigInt(acknowledged), limit: BigInt(limit), resend, turn: this.#turn };
    this.#report({ case: 'inputPosition', value });
  }

  #pump(): void {
    for (let piece = this.#output.next(MOST_DATA); piece; piece = this.#output.next(MOST_DATA))
      this.#report({ case: 'output', value: { offset: BigInt(piece.offset), bytes: piece.bytes } });
  }

  #again(): void {
    if (this.#output.waiting) this.#output.rewind();
    this.#pump();
    if (this.#exited) this.#report(this.#exited);
  }
}
