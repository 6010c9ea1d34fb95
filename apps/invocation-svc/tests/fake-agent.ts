import { createPublicKey, sign, verify } from 'node:crypto';
import { type DescMessage, fromBinary, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { type Bus, type BusKey, connectBus, newUserKey, privateKeyOf, seedOf, subjects } from '@muster/bus';
import {
  type BusCredentials,
  type CancelOrder,
  CancelOrderSchema,
  type EnrollmentService,
  type FinOrder,
  FinOrderSchema,
  HeartbeatSchema,
  type HelloReply,
  HelloReplySchema,
  HelloSchema,
  type OutputReply,
  OutputReplySchema,
  OutputReportSchema,
  type RegisterInstanceRequestSchema,
  type ResultReply,
  ResultReplySchema,
  ResultReportSchema,
  type SignedTask,
  SignedTaskSchema,
  type StartReply,
  StartReplySchema,
  StartRequestSchema,
  type SyncOrder,
  SyncOrderSchema,
  type TaskOrder,
  TaskOrderSchema,
} from '@muster/contract';
import { silentLogger } from '@muster/testkit';

const REQUEST_MS = 5_000;

/** What a machine knows once it is registered. */
export interface Machine {
  readonly instanceId: string;
  readonly instanceName: string;
  readonly key: BusKey;
  readonly credentials: BusCredentials;
}

/** Registers a new machine (or, with its key, the same one again) through the real door. */
export async function registerMachine(
  enrollment: Client<typeof EnrollmentService>,
  code: { registerCodeId: string; registerCodeValue: string },
  facts: MessageInitShape<typeof RegisterInstanceRequestSchema> = {},
  key: BusKey = newUserKey(),
): Promise<Machine> {
  const { instanceId, instanceName, credentials } = await enrollment.registerInstance({
    registerCodeId: code.registerCodeId,
    registerCodeValue: code.registerCodeValue,
    publicKey: key.getPublicKey(),
    hostName: 'web-1',
    localIp: '10.0.0.1',
    systemName: 'Linux',
    agentVersion: '0.1.0',
    machineId: '',
    ...facts,
  });
  return { instanceId, instanceName, key, credentials: credentials! };
}

/** The request of a machine that wants new credentials. */
export function renewal({ instanceId, key }: Pick<Machine, 'instanceId' | 'key'>, timestampMs: bigint) {
  const text = Buffer.from(`renew\n${instanceId}\n${timestampMs}`);
  return { instanceId, timestampMs, signature: sign(null, text, privateKeyOf(seedOf(key))) };
}

/** Messages in the order they came; each is handed out once. */
export interface Inbox<T> {
  /** The next message; waits for it. */
  next(): Promise<T>;
  /** Those that came and nobody has taken. */
  readonly waiting: readonly T[];
}

/** A task as it arrived, its signature checked against the keys that were pinned at registration. */
export interface ReceivedTask {
  readonly signed: SignedTask;
  readonly order: TaskOrder;
  readonly genuine: boolean;
}

/** Speaks the agents' protocol on the real bus and runs nothing: the test decides what it says. */
export interface FakeAgent extends AsyncDisposable {
  readonly instanceId: string;
  /** The newest session. */
  readonly epoch: bigint;
  readonly bus: Bus;
  readonly tasks: Inbox<ReceivedTask>;
  readonly cancels: Inbox<CancelOrder>;
  readonly fins: Inbox<FinOrder>;
  readonly syncs: Inbox<SyncOrder>;
  /** Opens a session and listens to its subjects. */
  hello(says?: MessageInitShape<typeof HelloSchema>): Promise<HelloReply>;
  /** Of the newest session unless told otherwise. */
  heartbeat(epoch?: bigint): void;
  start(says: MessageInitShape<typeof StartRequestSchema>): Promise<StartReply>;
  output(says: MessageInitShape<typeof OutputReportSchema>): Promise<OutputReply>;
  result(says: MessageInitShape<typeof ResultReportSchema>): Promise<ResultReply>;
}

/** Connects as a registered machine; says nothing yet. */
export async function connectFakeAgent(machine: Machine): Promise<FakeAgent> {
  const { instanceId, key, credentials } = machine;
  const identity = { jwt: credentials.jwt, seed: seedOf(key) };
  const bus = await connectBus({
    servers: credentials.servers,
    identity: () => identity,
    name: instanceId,
    inboxPrefix: subjects.agentInbox(instanceId),
    logger: silentLogger,
  });
  const tasks = inbox<ReceivedTask>();
  const cancels = inbox<CancelOrder>();
  const fins = inbox<FinOrder>();
  const syncs = inbox<SyncOrder>();
  const take: Record<string, (data: Uint8Array) => void> = {
    task(data) {
      const signed = fromBinary(SignedTaskSchema, data);
      tasks.put({ signed, order: fromBinary(TaskOrderSchema, signed.order), genuine: isGenuine(signed, credentials) });
    },
    cancel: (data) => cancels.put(fromBinary(CancelOrderSchema, data)),
    fin: (data) => fins.put(fromBinary(FinOrderSchema, data)),
  };
  let epoch = 0n;
  let session: { unsubscribe(): void } | undefined;
  bus.subscribe(subjects.agentSync(instanceId), SyncOrderSchema, (order) => syncs.put(order));
  await bus.flush();

  const ask = <I extends DescMessage, O extends DescMessage>(
    kind: subjects.UpKind,
    schema: I,
    message: MessageInitShape<I>,
    output: O,
  ): Promise<MessageShape<O>> =>
    bus.request(subjects.agentUp(instanceId, kind), { schema, message }, output, REQUEST_MS);

  return {
    instanceId,
    bus,
    tasks,
    cancels,
    fins,
    syncs,
    get epoch() {
      return epoch;
    },
    async hello(says = {}) {
      const reply = await ask(
        'hello',
        HelloSchema,
        {
          agentVersion: '0.1.0',
          systemName: 'Linux',
          hostName: 'web-1',
          localIp: '10.0.0.1',
          bootId: 'boot-1',
          journalId: 'journal-1',
          supportFeatures: ['SHELL', 'PYTHON'],
          ...says,
        },
        HelloReplySchema,
      );
      session?.unsubscribe();
      epoch = reply.epoch;
      session = bus.subscribeRaw(subjects.agentDownOfSession(instanceId, epoch), (data, subject) =>
        take[subjects.downKindOf(subject)]!(data),
      );
      await bus.flush();
      return reply;
    },
    heartbeat: (of = epoch) => bus.publish(subjects.agentUp(instanceId, 'heartbeat'), HeartbeatSchema, { epoch: of }),
    start: (says) => ask('start', StartRequestSchema, { epoch, ...says }, StartReplySchema),
    output: (says) => ask('output', OutputReportSchema, { epoch, ...says }, OutputReplySchema),
    result: (says) => ask('result', ResultReportSchema, { epoch, ...says }, ResultReplySchema),
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  };
}

function inbox<T>(): Inbox<T> & { put(message: T): void } {
  const waiting: T[] = [];
  const askers: ((message: T) => void)[] = [];
  return {
    waiting,
    put(message) {
      const asker = askers.shift();
      if (asker) asker(message);
      else waiting.push(message);
    },
    next: () =>
      waiting.length > 0 ? Promise.resolve(waiting.shift()!) : new Promise<T>((resolve) => askers.push(resolve)),
  };
}

function isGenuine({ order, signature, keyId }: SignedTask, { signingKeys }: BusCredentials): boolean {
  const pinned = signingKeys.find((key) => key.keyId === keyId);
  if (!pinned) return false;
  const x = Buffer.from(pinned.publicKey).toString('base64url');
  return verify(null, order, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature);
}
