import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Bus, connectBus, loadBusIdentity, subjects } from '@muster/bus';
import {
  HeldSessionsSchema,
  SessionMessageSchema,
  SessionOrderSchema,
  type SessionReport,
  SessionReportSchema,
  SignedSessionMessageSchema,
  SignedSessionOrderSchema,
} from '@muster/contract';
import { newId } from '@muster/kernel';
import { INPUT_WINDOW, OUTPUT_WINDOW, ReceiveWindow, SendWindow, signedText } from '@muster/terminal';
import { silentLogger } from '@muster/testkit';
import { type Identity, tenantOf } from '../src/identity.ts';
import type { FakeService } from './fake-service.ts';
import { ME } from './machine.ts';

type OrderInit = Omit<MessageInitShape<typeof SessionOrderSchema>, '$typeName'>;
type Said = MessageInitShape<typeof SessionMessageSchema>['what'];

/** The service of sessions on the real bus, for one machine, with one driver a session. */
export class FakeSessionService implements AsyncDisposable {
  /** What the machine said it holds, oldest first. */
  readonly held: string[][] = [];
  readonly #bus: Bus;
  readonly #identity: Identity;
  readonly #service: FakeService;
  readonly #sessions = new Map<string, FakeSession>();

  private constructor(bus: Bus, service: FakeService, identity: Identity) {
    this.#bus = bus;
    this.#identity = identity;
    this.#service = service;
    bus.subscribeRaw(subjects.serviceSessionUp('report'), (data, subject) => {
      const report = fromBinary(SessionReportSchema, data);
      if (subjects.sessionOf(subject).sessionId === report.sessionId)
        this.#sessions.get(report.sessionId)?.hear(report.what);
    });
    bus.subscribeRaw(subjects.serviceSessionUp('held'), (data, subject) => {
      if (subjects.speakerOf(subject).instanceId !== identity.instanceId) return;
      this.held.push(fromBinary(HeldSessionsSchema, data).sessions.map(({ sessionId }) => sessionId));
    });
  }

  /** `service` answers the hellos of the machine. */
  static async start(service: FakeService, identity: Identity): Promise<FakeSessionService> {
    const { nats } = service;
    const credentials = await loadBusIdentity(nats.installation.credsFile('session-svc'));
    const bus = await connectBus({
      servers: [nats.url],
      identity: () => credentials,
      name: 'session-svc',
      inboxPrefix: subjects.serviceInbox('session-svc'),
      logger: silentLogger,
    });
    const sessions = new FakeSessionService(bus, service, identity);
    await bus.flush();
    return sessions;
  }

  /** Orders a shell, for the user of the tests unless the order says otherwise. */
  open(order: OrderInit = {}): FakeSession {
    const session = new FakeSession(order, (sessionId, kind, data) => this.send(sessionId, kind, data));
    this.#sessions.set(session.id, session);
    this.order(session);
    return session;
  }

  /** Sends the order of a session (again). */
  order({ id, frameKey, wanted }: FakeSession): void {
    const { instanceId, credentials } = this.#identity;
    const hellos = this.#service.hellos.filter((hello) => hello.instanceId === instanceId);
    const order = toBinary(
      SessionOrderSchema,
      create(SessionOrderSchema, {
        tenant: tenantOf(credentials),
        ...{ instanceId, frameKey },
        sessionId: id,
        epoch: BigInt(hellos.length),
        expiresMs: BigInt(Date.now() + 60_000),
        username: ME,
        columns: 80,
        rows: 24,
        graceSeconds: 60,
        longestSeconds: 3_600,
        ...wanted,
      }),
    );
    const signature = sign(null, signedText('order', order), this.#service.signingKey.privateKey);
    const envelope = create(SignedSessionOrderSchema, { order, signature, keyId: 'k1' });
    this.send(id, 'open', toBinary(SignedSessionOrderSchema, envelope));
  }

  send(sessionId: string, kind: subjects.SessionDownKind, data: Uint8Array): void {
    const { instanceId, credentials } = this.#identity;
    this.#bus.publishRaw(
      subjects.serviceSessionDown({ tenant: tenantOf(credentials), instanceId, sessionId }, kind),
      data,
    );
  }

  /** Every session that was ordered. */
  get ids(): string[] {
    return [...this.#sessions.keys()];
  }

  sync(): void {
    this.send(subjects.ALL_SESSIONS, 'sync', new Uint8Array());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions.values()) session.end();
    await this.#bus[Symbol.asyncDispose]();
  }
}

/** One session, driven as a client would. */
export class FakeSession {
  readonly id = newId('ses');
  readonly wanted: OrderInit;
  readonly frameKey: Uint8Array;
  readonly reports: SessionReport['what'][] = [];
  readonly #send: (sessionId: string, kind: 'message', data: Uint8Array) => void;
  readonly #key: KeyObject;
  readonly #output = new ReceiveWindow({ window: OUTPUT_WINDOW });
  readonly #input = new SendWindow({ capacity: 4 * INPUT_WINDOW, limit: 0 });
  readonly #printed: Uint8Array[] = [];
  #sequence = 0n;
  #turn = 0;
  /** Called with every piece of output, in the moment it comes. */
  onOutput: (bytes: Uint8Array) => void = () => undefined;

  constructor(wanted: OrderInit, send: (sessionId: string, kind: 'message', data: Uint8Array) => void) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.frameKey = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
    this.#key = privateKey;
    this.#send = send;
    this.wanted = wanted;
  }

  /** Everything that was printed. */
  get text(): string {
    return Buffer.concat(this.#printed).toString();
  }

  /** The first report of a kind. */
  said<C extends NonNullable<SessionReport['what']['case']>>(kind: C) {
    const report = this.reports.find((each) => each.case === kind);
    return report?.value as Extract<SessionReport['what'], { case: C }>['value'] | undefined;
  }

  attach(redraw = false): void {
    const outputFrom = BigInt(this.#output.next);
    const value = { turn: ++this.#turn, outputFrom, outputLimit: BigInt(this.#output.limit), redraw };
    this.say({ case: 'attach', value });
  }

  type(text: string | Uint8Array): void {
    this.#input.append(Buffer.from(text));
    this.#pump();
  }

  end(): void {
    this.say({ case: 'end', value: { reason: 'test' } });
  }

  /** Says something signed, by this session's key unless there is another. */
  say(what: Said, key = this.#key): void {
    this.#send(this.id, 'message', this.signed(what, key));
  }

  signed(what: Said, key = this.#key): Uint8Array {
    const init = { sessionId: this.id, sequence: ++this.#sequence, what };
    const message = toBinary(SessionMessageSchema, create(SessionMessageSchema, init));
    const signature = sign(null, signedText('message', message), key);
    return toBinary(SignedSessionMessageSchema, create(SignedSessionMessageSchema, { message, signature }));
  }

  hear(what: SessionReport['what']): void {
    if (what.case === 'output') this.#print(Number(what.value.offset), what.value.bytes);
    else this.reports.push(what);
    if (what.case === 'started') this.attach();
    if (what.case === 'exited') this.end();
    if (what.case !== 'inputPosition') return;
    const { acknowledged, limit, resend } = what.value;
    this.#input.acknowledge({ acknowledged: Number(acknowledged), limit: Number(limit), resend });
    this.#pump();
  }

  #print(offset: number, bytes: Uint8Array): void {
    const received = this.#output.accept(offset, bytes);
    if (received.kind !== 'fresh') return;
    this.#printed.push(received.bytes);
    this.onOutput(received.bytes);
    this.#output.consume(received.bytes.length);
    const { acknowledged, limit, resend } = this.#output.acknowledgement();
    const value = { acknowledged: BigInt(acknowledged), limit: BigInt(limit), resend };
    this.say({ case: 'outputPosition', value });
  }

  #pump(): void {
    for (let piece = this.#input.next(4_096); piece; piece = this.#input.next(4_096))
      this.say({ case: 'input', value: { turn: this.#turn, offset: BigInt(piece.offset), bytes: piece.bytes } });
  }
}
