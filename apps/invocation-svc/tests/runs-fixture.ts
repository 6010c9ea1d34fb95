import { join } from 'node:path';
import type { DescService, MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import {
  type Command,
  EnrollmentService,
  InstanceKind,
  InstanceService,
  InvocationService,
  type InvocationTask,
  type ResultReply,
  type ResultReportSchema,
  type RunCommandRequestSchema,
  type SaveCommandRequestSchema,
  type TaskOrder,
  TaskOutcome,
  type TaskStatus,
} from '@muster/contract';
import { openStore } from '@muster/db';
import { notFound, type Refusal } from '@muster/kernel';
import { bearer, createServiceClient, grpcTransport } from '@muster/rpc';
import {
  eventually,
  type FakeAuthorizer,
  fakeAuthorizer,
  type NatsServer,
  PLAINTEXT,
  silentLogger,
  startNatsServer,
  tempDirectory,
  UNLIMITED,
} from '@muster/testkit';
import { makeMasterKeyFile, masterVault } from '@muster/vault';
import type { Kysely } from 'kysely';
import type { Config } from '../src/config.ts';
import { createServer, type InvocationServer, type Overrides } from '../src/server.ts';
import { migrations } from '../src/store/migrations/index.ts';
import type { Schema } from '../src/store/schema.ts';
import { connectFakeAgent, type FakeAgent, type Machine, registerMachine } from './fake-agent.ts';
import { type FakeDelegations, fakeDelegations } from './fake-delegations.ts';
import { fakeObjectStorage } from './fake-object-storage.ts';
import { checkHistory, recordHistory } from './state-history.ts';

export const REGION = 'ap-guangzhou';

/** The whole service on a real socket and a real bus, with a scripted iam and a scripted library. */
export interface Fixture extends AsyncDisposable {
  readonly nats: NatsServer;
  readonly dataDir: string;
  readonly config: Config;
  readonly iam: FakeAuthorizer;
  readonly library: FakeLibrary;
  readonly delegations: FakeDelegations;
  /** Milliseconds that the service's clock is ahead. */
  readonly clock: { ahead: number };
  /** A client of a service as this credential of the fake iam: `root`, `user`, `root@<uin>`, `service:<name>`. */
  client<S extends DescService>(service: S, credential?: string): Client<S>;
  runs(credential?: string): Client<typeof InvocationService>;
  instances(credential?: string): Client<typeof InstanceService>;
  /** A registered machine that has opened its first session. */
  agent(kind?: InstanceKind, systemName?: string): Promise<FakeAgent>;
  /** A registered machine that has not spoken yet. */
  machine(kind?: InstanceKind, systemName?: string): Promise<Machine>;
  /** Stops the service; `resume` starts it again on the same store. */
  stop(): Promise<void>;
  resume(): Promise<void>;
}

/** Stands in for command-svc. */
export interface FakeLibrary {
  readonly commands: Map<string, Command>;
  readonly saved: MessageInitShape<typeof SaveCommandRequestSchema>[];
  /** What it answers to the next ones. */
  refusesToSave: Refusal | undefined;
}

/** Starts it with a new store, and a bus of its own unless given one. Windows and deadlines are the defaults unless a test shortens them. */
export async function startFixture(
  settings: Partial<Config> = {},
  bus?: NatsServer,
  overrides: Partial<Overrides> = {},
): Promise<Fixture> {
  await using starting = new AsyncDisposableStack();
  const nats = bus ?? starting.use(await startNatsServer());
  const folder = starting.use(tempDirectory('muster-runs-'));
  const iam = fakeAuthorizer();
  const library: FakeLibrary = { commands: new Map(), saved: [], refusesToSave: undefined };
  const delegations = fakeDelegations();
  const clock = { ahead: 0 };
  const config = testConfig(nats, folder.path, settings);
  const start = () =>
    createServer(config, {
      authorizer: iam,
      clock: { now: () => Date.now() + clock.ahead },
      logger: silentLogger,
      commandLibrary: {
        async resolve({ commandId }) {
          const command = library.commands.get(commandId);
          if (!command) throw notFound('ResourceNotFound.CommandNotFound', 'command', commandId);
          return command;
        },
        count: async () => ({ used: library.commands.size, total: 500 }),
        async save(command) {
          if (library.refusesToSave) throw library.refusesToSave;
          library.saved.push(command);
        },
      },
      delegations,
      // nobody asks the storage of the cloud
      ...(config.cosSecretId === '' ? { objectStorage: fakeObjectStorage } : {}),
      ...overrides,
    });
  const file = join(config.dataDir, 'invocation.db');
  // before the service opens it: two SQLite libraries in one process, closing one's connection, break the locks of the other
  await (await openStoreOf(config)).destroy();
  recordHistory(file);
  let server: InvocationServer | undefined = await start();
  // last of all, when the service is stopped
  starting.defer(() => checkHistory(file));
  const stop = async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  };
  starting.defer(stop);
  const client = <S extends DescService>(service: S, credential?: string): Client<S> => {
    if (!server) throw new Error('the service is stopped');
    const interceptors = credential ? [bearer(() => credential)] : [];
    const transport = grpcTransport({ address: server.address, interceptors });
    running.defer(() => transport.close());
    return createServiceClient(service, transport);
  };
  const machine = async (kind: InstanceKind = InstanceKind.CVM, systemName = 'Linux') => {
    const code = await client(InstanceService, 'root').createRegisterCode({ instanceKind: kind });
    return registerMachine(client(EnrollmentService), code, { systemName });
  };
  const running = starting.move();
  return {
    nats,
    dataDir: folder.path,
    config,
    iam,
    library,
    delegations,
    clock,
    client,
    runs: (credential = 'root') => client(InvocationService, credential),
    instances: (credential = 'root') => client(InstanceService, credential),
    machine,
    async agent(kind, systemName = 'Linux') {
      const agent = running.use(await connectFakeAgent(await machine(kind, systemName)));
      await agent.hello({ systemName });
      return agent;
    },
    stop,
    async resume() {
      server = await start();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The settings of a service under test, its data in `folder`. */
export function testConfig(nats: NatsServer, folder: string, settings: Partial<Config> = {}): Config {
  return {
    ...PLAINTEXT,
    listen: '127.0.0.1:0',
    metricsListen: '',
    stopSeconds: 10,
    dataDir: folder,
    masterKeyFile: join(folder, 'master.key'),
    region: REGION,
    logLevel: 'silent',
    reflection: false,
    failPoints: '',
    serviceKey: '',
    serviceKeysDir: folder,
    iamAddress: '',
    commandAddress: '',
    natsUrl: nats.url,
    agentNatsUrl: '',
    natsCreds: nats.installation.credsFile('invocation-svc'),
    natsControlCreds: nats.installation.credsFile('control'),
    natsOperatorSigningSeed: nats.installation.operatorSigningFile,
    natsServicesAccount: nats.installation.servicesAccount,
    deliveryWindowSeconds: 10,
    deliveryDeadlineSeconds: 60,
    runGraceSeconds: 60,
    runCatchUpSeconds: 3_600,
    busyPercent: 100,
    tasksPerSecond: 500,
    backlogOfAccount: 100_000,
    backlogInAll: 500_000,
    outputLimitBytes: 1 << 20,
    outputRetentionDays: 30,
    outputMaxTotalBytes: 10 * 2 ** 30,
    cosSecretId: '',
    cosSecretKeyFile: '',
    cosEndpoint: '',
    cosRegion: '',
    uploadLimitBytes: 1 << 20,
    registerCodeQuota: 5_000,
    heartbeatSeconds: 10,
    // scripted machines beat only when a test says so
    offlineAfterSeconds: 86_400,
    ...UNLIMITED,
    ...settings,
  };
}

/** The store of a service: a look at it while it runs, or the whole of it before. */
export async function openStoreOf({ dataDir, masterKeyFile }: Config): Promise<Kysely<Schema>> {
  await makeMasterKeyFile(masterKeyFile);
  const vault = await masterVault(masterKeyFile);
  return openStore<Schema>({ file: join(dataDir, 'invocation.db'), migrations: migrations(vault) });
}

/** The text as bytes. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Runs `true` on these machines unless told otherwise; gives the run's id. */
export async function run(
  service: Fixture,
  agents: readonly { readonly instanceId: string }[],
  request: MessageInitShape<typeof RunCommandRequestSchema> = {},
): Promise<string> {
  const instanceIds = agents.map((agent) => agent.instanceId);
  const { invocationId } = await service.runs().runCommand({ content: bytes('true'), instanceIds, ...request });
  return invocationId;
}

/** The tasks of a run as DescribeInvocationTasks shows them, in the order of their machines' ids. */
export async function tasksOf(service: Fixture, invocationId: string): Promise<InvocationTask[]> {
  const { invocationTaskSet } = await service.runs().describeInvocationTasks({
    filters: [{ name: 'invocation-id', values: [invocationId] }],
    hideOutput: false,
    limit: 100,
  });
  return invocationTaskSet.toSorted((one, other) => one.instanceId.localeCompare(other.instanceId));
}

/** The only task of a run, once it is in this status. */
export function untilTaskIs(service: Fixture, invocationId: string, status: TaskStatus): Promise<InvocationTask> {
  return eventually(`task status ${status}`, async () => {
    const [task] = await tasksOf(service, invocationId);
    return task?.taskStatus === status ? task : undefined;
  });
}

/** Receives the order of a run and is allowed to start it. */
export async function startOn(agent: FakeAgent, claim = 'claim-1'): Promise<TaskOrder> {
  const { order, genuine } = await agent.tasks.next();
  const reply = await agent.start({ invocationTaskId: order.invocationTaskId, claim });
  if (!genuine || !reply.granted) throw new Error(`not started: ${reply.reason}`);
  return order;
}

/** Reports the end of a task that wrote nothing. */
export function finish(
  agent: FakeAgent,
  { invocationTaskId }: { invocationTaskId: string },
  says: MessageInitShape<typeof ResultReportSchema> = {},
): Promise<ResultReply> {
  return agent.result({
    invocationTaskId,
    claim: 'claim-1',
    outcome: TaskOutcome.SUCCESS,
    exitCode: 0,
    elapsedMs: 5n,
    ...says,
  });
}
