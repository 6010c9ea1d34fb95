import { type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  agentUserJwt,
  type Bus,
  connectBus,
  keyOf,
  loadBusIdentity,
  newAccountKey,
  newUserKey,
  seedOf,
  subjects,
  tenantAccountJwt,
} from '@muster/bus';
import {
  CancelOrderSchema,
  CommandType,
  FinOrderSchema,
  type Heartbeat,
  HeartbeatSchema,
  type Hello,
  HelloReplySchema,
  HelloSchema,
  type OutputPosition,
  OutputReplySchema,
  OutputReportSchema,
  OutputStream,
  type OutputUploadSchema,
  ResultReplySchema,
  type ResultReport,
  ResultReportSchema,
  type SignedKeySetSchema,
  SignedTaskSchema,
  StartReplySchema,
  type StartRequest,
  StartRequestSchema,
  SyncOrderSchema,
  type TaskOrder,
  TaskOrderSchema,
  Verdict,
} from '@muster/contract';
import { newId } from '@muster/kernel';
import { eventually, type NatsServer, silentLogger } from '@muster/testkit';
import type { Identity } from '../src/identity.ts';
import { newOrderKey, type OrderKey } from './key-sets.ts';

/** Fields of an order; the fake fills in the others. */
export type OrderInit = Partial<Omit<TaskOrder, '$typeName' | '$unknown' | 'upload'>> & {
  readonly upload?: MessageInitShape<typeof OutputUploadSchema>;
};

/** A task as the service's row would have it. */
export interface FakeTask {
  readonly id: string;
  readonly instanceId: string;
  readonly order: OrderInit;
  claim: string | undefined;
  ended: boolean;
  readonly starts: StartRequest[];
  readonly output: { stdout: Buffer; stderr: Buffer };
  readonly results: ResultReport[];
  /** Resolves with the result that was committed. */
  readonly result: Promise<ResultReport>;
  readonly commit: (result: ResultReport) => void;
}

/** The service's side of the protocol on the real bus, with switches for what a test wants to go wrong. */
export interface FakeService extends AsyncDisposable {
  readonly tasks: ReadonlyMap<string, FakeTask>;
  readonly hellos: (Hello & { instanceId: string })[];
  readonly heartbeats: (Heartbeat & { instanceId: string })[];
  /** The identity of a machine that never met an enrolment service. */
  identity(options?: { lifeSeconds?: number; server?: string }): Promise<Identity>;
  /** Has the bus cut off the machine with this key, and refuse it from now on. */
  revoke(publicKey: string): Promise<void>;
  /** New bus credentials for a machine. */
  userJwt(instanceId: string, publicKey: string, lifeSeconds: number): Promise<string>;
  /** Makes a task and sends its order to the machine's newest session. */
  send(instanceId: string, order: OrderInit): FakeTask;
  /** Sends the order of a task (again), changed and signed as wanted; gives what went over the wire. */
  deliver(task: FakeTask, changes?: DeliveryChanges): Uint8Array;
  /** Sends bytes as they are, below a session of the machine: the newest unless told otherwise. */
  inject(instanceId: string, kind: string, data: Uint8Array, epoch?: bigint): void;
  /** What the answer to hello says of signing keys. */
  keySets: MessageInitShape<typeof SignedKeySetSchema>[];
  cancel(task: FakeTask): void;
  fin(task: FakeTask): void;
  sync(instanceId: string): void;
  flush(): Promise<void>;
  /** Answers a start; `silent` gives no answer at all. */
  decideStart: (task: FakeTask) => boolean | 'silent';
  /** Whether results are answered. */
  answerResults: boolean;
  readonly signingKeys: Readonly<Record<string, string>>;
  /** The private half of the first of them. */
  readonly signingKey: OrderKey;
  readonly nats: NatsServer;
}

export interface DeliveryChanges {
  readonly order?: OrderInit;
  readonly key?: KeyObject;
  readonly keyId?: string;
  readonly tamper?: boolean;
}

export async function startFakeService(nats: NatsServer): Promise<FakeService> {
  const { installation } = nats;
  const tenant = newAccountKey();
  const agentSigning = newAccountKey();
  const operatorSigning = keyOf((await readFile(installation.operatorSigningFile, 'utf8')).trim());
  const handIn = async (revocations: Readonly<Record<string, number>>) => {
    const { servicesAccount } = installation;
    const account = await tenantAccountJwt({
      ...{ tenant, agentSigning, operatorSigning, servicesAccount },
      name: 'tenant',
      revocations,
    });
    await using control = await join(nats, 'control', 'control');
    await control.requestRaw('$SYS.REQ.CLAIMS.UPDATE', Buffer.from(account), 5_000);
  };
  await handIn({});
  const bus = await join(nats, 'invocation-svc', 'invocation-svc');
  const signingKey = newOrderKey('k1');
  const { privateKey } = signingKey;
  const signingKeys = { k1: Buffer.from(signingKey.publicKey).toString('base64') };
  const tenantId = tenant.getPublicKey();
  const tasks = new Map<string, FakeTask>();
  const epochs = new Map<string, bigint>();
  const to = (instanceId: string) => ({ tenant: tenantId, instanceId, epoch: epochs.get(instanceId) ?? 0n });

  const service: FakeService = {
    tasks,
    keySets: [],
    hellos: [],
    heartbeats: [],
    signingKeys,
    signingKey,
    nats,
    decideStart: () => true,
    answerResults: true,
    revoke: (publicKey) => handIn({ [publicKey]: Math.round(Date.now() / 1_000) + 3_600 }),
    userJwt: (instanceId, key, lifeSeconds) =>
      agentUserJwt({
        instanceId,
        publicKey: key,
        tenantAccount: tenantId,
        agentSigning,
        expires: Math.round(Date.now() / 1_000) + lifeSeconds,
      }),
    async identity({ lifeSeconds = 3_600, server = 'http://127.0.0.1:9' } = {}) {
      const instanceId = newId('ins');
      const key = newUserKey();
      const jwt = await service.userJwt(instanceId, key.getPublicKey(), lifeSeconds);
      const credentials = { servers: [nats.url], jwt, receivedMs: Date.now(), signingKeys, keysMadeMs: 0 };
      return { instanceId, hostName: 'machine', server, credentials, seed: seedOf(key) };
    },
    send(instanceId, order) {
      const { promise, resolve } = Promise.withResolvers<ResultReport>();
      const task: FakeTask = {
        id: newId('invt'),
        instanceId,
        order,
        claim: undefined,
        ended: false,
        starts: [],
        output: { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) },
        results: [],
        result: promise,
        commit: resolve,
      };
      tasks.set(task.id, task);
      service.deliver(task);
      return task;
    },
    deliver(task, { order: changes = {}, key = privateKey, keyId = 'k1', tamper = false } = {}) {
      const session = to(task.instanceId);
      const order = toBinary(
        TaskOrderSchema,
        create(TaskOrderSchema, {
          tenant: tenantId,
          instanceId: task.instanceId,
          epoch: session.epoch,
          invocationTaskId: task.id,
          invocationId: 'inv-12345678',
          commandType: CommandType.SHELL,
          workingDirectory: '/tmp',
          timeoutSeconds: 30,
          outputLimitBytes: 1 << 20,
          expiresMs: BigInt(Date.now() + 60_000),
          ...task.order,
          ...changes,
        }),
      );
      const signature = sign(null, order, key);
      if (tamper) order[order.length - 1]! ^= 1;
      const frame = toBinary(SignedTaskSchema, create(SignedTaskSchema, { order, signature, keyId }));
      bus.connection.publish(subjects.serviceDown(session, 'task'), frame);
      return frame;
    },
    inject(instanceId, kind, data, epoch = to(instanceId).epoch) {
      const session = subjects.serviceDown({ ...to(instanceId), epoch }, 'task').replace(/task$/, '');
      bus.connection.publish(kind === 'sync' ? subjects.serviceSync(to(instanceId)) : session + kind, data);
    },
    cancel: ({ id, instanceId }) =>
      bus.publish(subjects.serviceDown(to(instanceId), 'cancel'), CancelOrderSchema, { invocationTaskId: id }),
    fin: ({ id, instanceId }) =>
      bus.publish(subjects.serviceDown(to(instanceId), 'fin'), FinOrderSchema, { invocationTaskId: id }),
    sync: (instanceId) => bus.publish(subjects.serviceSync({ tenant: tenantId, instanceId }), SyncOrderSchema, {}),
    flush: () => bus.flush(),
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  };
  answer(bus, service, epochs);
  return service;
}

/** Resolves when the machine has said hello this often and listens. */
export async function greeted(service: FakeService, instanceId: string, times = 1): Promise<Hello> {
  return eventually(`hello number ${times}`, () => {
    const hellos = service.hellos.filter((hello) => hello.instanceId === instanceId);
    return hellos[times - 1];
  });
}

function answer(bus: Bus, service: FakeService, epochs: Map<string, bigint>): void {
  const never = new Promise<never>(() => {});
  bus.serve(
    subjects.serviceUp('hello'),
    { input: HelloSchema, output: HelloReplySchema },
    async (hello, subject) => {
      const { instanceId } = subjects.speakerOf(subject);
      const epoch = (epochs.get(instanceId) ?? 0n) + 1n;
      epochs.set(instanceId, epoch);
      service.hellos.push({ ...hello, instanceId });
      const verdicts = hello.held.map(({ invocationTaskId }) => ({
        invocationTaskId,
        verdict: service.tasks.get(invocationTaskId)?.ended === false ? Verdict.GO_ON : Verdict.FORGET,
      }));
      return { epoch, nowMs: BigInt(Date.now()), heartbeatSeconds: 1, verdicts, keySets: service.keySets };
    },
    'fake',
  );
  bus.serve(
    subjects.serviceUp('start'),
    { input: StartRequestSchema, output: StartReplySchema },
    async (request) => {
      const task = service.tasks.get(request.invocationTaskId)!;
      task.starts.push(request);
      const decision = service.decideStart(task);
      if (decision === 'silent') return never;
      const granted = decision && (task.claim === undefined || task.claim === request.claim);
      if (granted) task.claim = request.claim;
      return { granted };
    },
    'fake',
  );
  const position = (
    task: FakeTask,
  ): MessageInitShape<typeof OutputReplySchema>['positions'] extends (infer P)[] | undefined ? P : OutputPosition => ({
    invocationTaskId: task.id,
    stdoutNext: task.output.stdout.length,
    stderrNext: task.output.stderr.length,
    closed: task.ended,
  });
  bus.serve(
    subjects.serviceUp('output'),
    { input: OutputReportSchema, output: OutputReplySchema },
    async ({ chunks }) => {
      const touched = new Set<FakeTask>();
      for (const { invocationTaskId, stream, offset, data } of chunks) {
        const task = service.tasks.get(invocationTaskId)!;
        const name = stream === OutputStream.STDOUT ? 'stdout' : 'stderr';
        const stored = task.output[name];
        if (offset <= stored.length) task.output[name] = Buffer.concat([stored, data.subarray(stored.length - offset)]);
        touched.add(task);
      }
      return { positions: [...touched].map(position) };
    },
    'fake',
  );
  bus.serve(
    subjects.serviceUp('result'),
    { input: ResultReportSchema, output: ResultReplySchema },
    async (result) => {
      const task = service.tasks.get(result.invocationTaskId)!;
      task.results.push(result);
      if (!service.answerResults) return never;
      const { stdout, stderr } = task.output;
      const complete = stdout.length >= result.stdoutLength && stderr.length >= result.stderrLength;
      if (complete && !task.ended) {
        task.ended = true;
        task.commit(result);
      }
      return { committed: complete || task.ended, position: position(task) };
    },
    'fake',
  );
  bus.subscribe(subjects.serviceUp('heartbeat'), HeartbeatSchema, (heartbeat, subject) => {
    service.heartbeats.push({ ...heartbeat, instanceId: subjects.speakerOf(subject).instanceId });
  });
}

async function join(nats: NatsServer, name: string, creds: string): Promise<Bus> {
  const identity = await loadBusIdentity(nats.installation.credsFile(creds));
  return connectBus({
    servers: [nats.url],
    identity: () => identity,
    name,
    inboxPrefix: `_INBOX_${name}`,
    logger: silentLogger,
  });
}
