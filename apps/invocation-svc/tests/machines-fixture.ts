import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { type Bus, connectServiceBus } from '@muster/bus';
import { EnrollmentService, type Event, EventSchema, type HeldVerdict, InstanceService } from '@muster/contract';
import { openStore, startOutboxRelay } from '@muster/db';
import { Refusal } from '@muster/kernel';
import {
  bearer,
  bind,
  createServiceClient,
  grpcTransport,
  type ServiceIdentity,
  serviceIdentity,
  startRpcServer,
} from '@muster/rpc';
import {
  type FakeAuthorizer,
  fakeAuthorizer,
  type NatsServer,
  PLAINTEXT,
  silentLogger,
  startNatsServer,
  tempDirectory,
} from '@muster/testkit';
import { newKey, Vault } from '@muster/vault';
import type { Kysely } from 'kysely';
import { enrollmentHandlers, instanceHandlers } from '../src/handlers/index.ts';
import type { Holding } from '../src/machine-context.ts';
import { connectControl, startMachines } from '../src/machines.ts';
import type { InstanceRecord } from '../src/store/instance-store.ts';
import { migrations } from '../src/store/migrations/index.ts';
import type { Schema } from '../src/store/schema.ts';
import { unitsOfWork } from '../src/store/unit-of-work.ts';
import type { Tenants } from '../src/tenants.ts';

const REGION = 'ap-guangzhou';

/** The machines' half of the service on a real socket and a real bus, with a scripted iam and scripted tasks. */
/** What the gateway of these tests proves itself with. */
const gatewayKey = generateKeyPairSync('ed25519');

export interface Fixture extends AsyncDisposable {
  readonly gateway: ServiceIdentity;
  readonly nats: NatsServer;
  readonly db: Kysely<Schema>;
  readonly dataDir: string;
  readonly tenants: Tenants;
  readonly iam: FakeAuthorizer;
  /** How many commands an account has, by its uin. */
  readonly commandCounts: Map<string, number>;
  /** Anybody's: carries no token, as agents do not. */
  readonly enrollment: Client<typeof EnrollmentService>;
  /** As this credential of the fake iam: `root`, `user`, `root@<uin>`. */
  instances(credential?: string): Client<typeof InstanceService>;
  /** The domain events so far, in order. */
  readonly events: Event[];
  /** What the tasks' half was asked, and what it is to answer. */
  readonly tasks: { holdings: Holding[]; sessions: InstanceRecord[]; reconcile: () => HeldVerdict[] };
  /** Milliseconds that the service's clock is ahead. */
  readonly clock: { ahead: number };
}

/** What a test may set. */
export interface FixtureOptions {
  readonly nats?: NatsServer;
  readonly offlineAfterSeconds?: number;
  readonly registerCodeQuota?: number;
}

/** Starts it with a new store, and a bus of its own unless given one. */
export async function startFixture({
  nats: given,
  // scripted machines beat only when a test says so
  offlineAfterSeconds = 86_400,
  registerCodeQuota = 5_000,
}: FixtureOptions = {}): Promise<Fixture> {
  await using starting = new AsyncDisposableStack();
  const nats = given ?? starting.use(await startNatsServer());
  const folder = starting.use(tempDirectory('muster-invocation-'));
  const vault = new Vault(newKey());
  const db = await openStore<Schema>({ file: join(folder.path, 'invocation.db'), migrations: migrations(vault) });
  starting.defer(() => db.destroy());
  const ahead = { ahead: 0 };
  const clock = { now: () => Date.now() + ahead.ahead };
  const events: Event[] = [];
  const relay = starting.use(
    startOutboxRelay(db, async ({ payload }) => void events.push(fromBinary(EventSchema, payload)), {
      onError: (error) => Promise.reject(error),
    }),
  );
  const { bus: control, tenants } = starting.use(
    await connectControl({
      db,
      clock,
      logger: silentLogger,
      dataDir: folder.path,
      ...PLAINTEXT,
      natsUrl: nats.url,
      natsControlCreds: nats.installation.credsFile('control'),
      natsOperatorSigningSeed: nats.installation.operatorSigningFile,
      natsServicesAccount: nats.installation.servicesAccount,
    }),
  );
  const bus = starting.use(await serviceBus(nats));
  const iam = fakeAuthorizer();
  const commandCounts: Fixture['commandCounts'] = new Map();
  const context = {
    db,
    write: unitsOfWork(db, { announce: () => undefined, committed: () => relay.kick() }),
    clock,
    logger: silentLogger,
    region: REGION,
    vault,
    tenants,
    library: { count: async (accountUin: string) => ({ used: commandCounts.get(accountUin) ?? 0, total: 500 }) },
    registerCodeQuota,
    busServers: [nats.url],
    taskKeys: { keys: [{ keyId: 'key-1', publicKey: new Uint8Array(32).fill(7) }], keySets: [] },
  };
  const tasks: Fixture['tasks'] = { holdings: [], sessions: [], reconcile: () => [] };
  starting.use(
    await startMachines({
      ...context,
      bus,
      control,
      heartbeatSeconds: 10,
      offlineAfterSeconds,
      hooks: {
        async reconcile(_, holding) {
          tasks.holdings.push(holding);
          return tasks.reconcile();
        },
        onSession: (instance) => void tasks.sessions.push(instance),
      },
    }),
  );
  const { address } = starting.use(
    await startRpcServer({
      listen: '127.0.0.1:0',
      services: [
        bind(InstanceService, instanceHandlers(context)),
        bind(EnrollmentService, enrollmentHandlers(context)),
      ],
      guard: { authorizer: iam, region: REGION, serviceKeys: new Map([['gateway', gatewayKey.publicKey]]) },
      logger: silentLogger,
    }),
  );
  const anonymous = grpcTransport({ address });
  starting.defer(() => anonymous.close());
  const running = starting.move();
  return {
    nats,
    db,
    dataDir: folder.path,
    tenants,
    iam,
    commandCounts,
    gateway: serviceIdentity('gateway', gatewayKey.privateKey),
    enrollment: createServiceClient(EnrollmentService, anonymous),
    instances(credential = 'root') {
      const transport = grpcTransport({ address, interceptors: [bearer(() => credential)] });
      running.defer(() => transport.close());
      return createServiceClient(InstanceService, transport);
    },
    events,
    tasks,
    clock: ahead,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The service's own connection. */
function serviceBus({ url, installation }: NatsServer): Promise<Bus> {
  const name = 'invocation-svc';
  return connectServiceBus({ name, url, credsFile: installation.credsFile(name), logger: silentLogger });
}

/** The refusal that a call ends in; anything else fails the test. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const outcome = await call.then(
    () => new Error('expected a refusal, got an answer'),
    (error: unknown) => error,
  );
  if (outcome instanceof Refusal) return outcome;
  throw outcome;
}

/** For tables of what is given and what comes of it: `answered`, or the error code. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'answered';
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
}
