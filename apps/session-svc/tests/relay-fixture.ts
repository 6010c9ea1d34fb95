import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { type Bus, connectServiceBus, subjects } from '@muster/bus';
import {
  EventSchema,
  type OpenSessionRequestSchema,
  type Principal,
  type SessionMode,
  SessionOrderSchema,
  SessionService,
  SignedSessionOrderSchema,
} from '@muster/contract';
import {
  bearer,
  type CallContextInit,
  createServiceClient,
  grpcTransport,
  type PlanQuestion,
  type Question,
  serviceIdentity,
} from '@muster/rpc';
import {
  ACCOUNT_UIN,
  type FakeAuthorizer,
  fakeAuthorizer,
  type NatsServer,
  PLAINTEXT,
  silentLogger,
  startNatsServer,
  startProgram,
  tempDirectory,
  UNLIMITED,
  writeServiceKey,
} from '@muster/testkit';
import type { Config } from '../src/config.ts';
import { type SessionServer, startSessionServer } from '../src/server.ts';
import { type FakeMachines, fakeMachines } from './fake-machines.ts';
import { type Bringing, type Door, gatewayHeaders, ScriptedClient } from './scripted-client.ts';
import { makeTenant, type ScriptedMachine } from './scripted-machine.ts';

export const MACHINE = 'ins-00000001';

/** The whole service with its door, on a real bus, with a scripted machine and a scripted iam. */
export interface RelayFixture extends AsyncDisposable {
  readonly nats: NatsServer;
  readonly config: { -readonly [Setting in keyof Config]: Config[Setting] };
  readonly iam: FakeAuthorizer;
  readonly machine: ScriptedMachine;
  readonly machines: FakeMachines;
  /** Milliseconds that the service's clock is ahead. */
  readonly clock: { ahead: number };
  readonly door: Door;
  /** Another machine of the same tenant. */
  anotherMachine(instanceId: string): Promise<ScriptedMachine>;
  sessions(credential?: string): Client<typeof SessionService>;
  /** Opens a session and its terminal, as a user of its own unless told otherwise; look at the client whether it was let in. */
  open(wanted?: Wanted): Promise<Opened>;
  /** As whoever opened it. */
  resume(sessionId: string, bringing?: Partial<Bringing>): Promise<ScriptedClient>;
  join(sessionId: string, mode: SessionMode, credential?: string): Promise<ScriptedClient>;
  /** Says that permissions of the account changed, as iam-svc does. */
  permissionsChanged(): Promise<void>;
  /** Stops the service in order; `kill` does it with SIGKILL, for one that is a process. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** Starts the service again on the same store. */
  start(): Promise<void>;
}

/** What is opened, by whom, and with which HELLO. */
export type Wanted = MessageInitShape<typeof OpenSessionRequestSchema> & {
  readonly client?: Partial<Bringing>;
  readonly credential?: string;
};

/** A session that was opened. */
export interface Opened {
  readonly sessionId: string;
  readonly client: ScriptedClient;
}

/** What may be different for a test. */
export interface Otherwise {
  readonly settings?: Partial<Config>;
  /** Whether the service is a process of its own: then iam and clock are out of reach. */
  readonly asProcess?: boolean;
  /** How the service reaches the bus, and how the machine does. */
  readonly ways?: (nats: NatsServer) => Promise<{ readonly service: string; readonly machine: string }>;
}

/** Starts it with a new store and a bus of its own. */
export async function startRelayFixture({
  settings = {},
  ways,
  asProcess = false,
}: Otherwise = {}): Promise<RelayFixture> {
  await using starting = new AsyncDisposableStack();
  const nats = starting.use(await startNatsServer());
  const way = (await ways?.(nats)) ?? { service: nats.url, machine: nats.url };
  const folder = starting.use(tempDirectory('muster-relay-'));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(folder.path, 'gateway.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeServiceKey(folder.path, 'session-svc');
  const gateway = serviceIdentity('gateway', privateKey);
  const config = { ...testConfig(nats, folder.path), natsUrl: way.service, ...settings };
  const tenant = await makeTenant(nats);
  const machine = starting.use(await tenant.machine(MACHINE, way.machine));
  const iam = manyUsers();
  const machines = signingMachines(tenant.id);
  const clock = { ahead: 0 };
  let server: Running | undefined;
  const start = async () => {
    server = asProcess
      ? await startProcess(config, tenant.id)
      : await startSessionServer(config, {
          ...{ authorizer: iam, machines, logger: silentLogger },
          clock: { now: () => Date.now() + clock.ahead },
        });
  };
  const stop = async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  };
  const kill = async () => {
    await server?.kill?.();
    server = undefined;
  };
  await start();
  starting.defer(stop);
  const iamBus = starting.use(await iamOnBus(nats));
  const running = starting.move();
  const door: Door = {
    get address() {
      return server!.terminalAddress;
    },
    headers: async () => gatewayHeaders(await gateway.token()),
  };
  const owners = new Map<string, string>();
  const sessions = (credential = 'root') => {
    const transport = grpcTransport({ address: server!.address, interceptors: [bearer(() => credential)] });
    running.defer(() => transport.close());
    return createServiceClient(SessionService, transport);
  };
  return {
    ...{ nats, config, iam, machine, machines, clock, door, sessions, start, stop, kill },
    async anotherMachine(instanceId) {
      machines.known.set(instanceId, {});
      return running.use(await tenant.machine(instanceId));
    },
    async open({ client: bringing = {}, credential = `user-${owners.size}`, ...wanted } = {}) {
      const { ticket } = await sessions(credential).openSession({ instanceId: MACHINE, username: 'ubuntu', ...wanted });
      const { sessionId, ticket: text } = ticket!;
      owners.set(sessionId, credential);
      const client = await ScriptedClient.hello(door, { ticket: text, token: credential, ...bringing });
      return { sessionId, client };
    },
    async resume(sessionId, bringing = {}) {
      const credential = owners.get(sessionId)!;
      const { ticket } = await sessions(credential).resumeSession({ sessionId });
      return ScriptedClient.hello(door, { ticket: ticket!.ticket, token: credential, ...bringing });
    },
    async join(sessionId, sessionMode, credential = 'root') {
      const { ticket } = await sessions(credential).joinSession({ sessionId, sessionMode });
      return ScriptedClient.hello(door, { ticket: ticket!.ticket, token: credential });
    },
    async permissionsChanged() {
      iamBus.publish(subjects.PERMISSIONS_CHANGED, EventSchema, { accountUin: ACCOUNT_UIN });
      await iamBus.flush();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The service, here or in a process of its own. */
interface Running extends SessionServer {
  readonly kill?: () => Promise<unknown>;
}

async function startProcess(config: Config, tenant: string): Promise<Running> {
  const main = join(import.meta.dirname, 'relay-process.ts');
  const program = await startProgram(main, { args: [JSON.stringify(config), tenant] });
  const [address = '', terminalAddress = ''] = program.address.split(' ');
  return {
    address,
    terminalAddress,
    kill: () => program.stop('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await program.stop('SIGTERM');
    },
  };
}

/** The settings of a service under test, its data in `folder`. */
export function testConfig(nats: NatsServer, folder: string): Config {
  return {
    ...PLAINTEXT,
    ...UNLIMITED,
    listen: '127.0.0.1:0',
    terminalListen: '127.0.0.1:0',
    metricsListen: '',
    stopSeconds: 10,
    dataDir: folder,
    masterKeyFile: join(folder, 'master.key'),
    region: 'ap-guangzhou',
    logLevel: 'silent',
    reflection: false,
    failPoints: '',
    serviceKey: join(folder, 'session-svc.key'),
    serviceKeysDir: folder,
    iamAddress: '127.0.0.1:9',
    invocationAddress: '127.0.0.1:9',
    natsUrl: nats.url,
    natsCreds: nats.installation.credsFile('session-svc'),
    forwardPorts: true,
    sessionsOfInstance: 1_000,
    sessionsOfAccount: 1_000,
    sessionsOfPrincipal: 1_000,
    sessionOpenings: 1_000,
  } as Config;
}

/** Knows the machine, and signs as invocation-svc does but for the signature, which the machine of these tests does not look at. */
export function signingMachines(tenant: string): FakeMachines {
  const machines = fakeMachines({ [MACHINE]: {} });
  const { describe } = machines;
  return Object.assign(machines, {
    describe: async (...asked: Parameters<typeof describe>) =>
      (await describe(...asked)).map((each) => ({ ...each, tenant })),
    async sign(_account: string, order: Uint8Array) {
      const full = { ...fromBinary(SessionOrderSchema, order), tenant, expiresMs: BigInt(Date.now() + 60_000) };
      const bytes = toBinary(SessionOrderSchema, create(SessionOrderSchema, full));
      const signed = create(SignedSessionOrderSchema, { order: bytes, signature: new Uint8Array(64), keyId: 'k1' });
      return { order: toBinary(SignedSessionOrderSchema, signed), tenant };
    },
  });
}

/** A fake iam that knows `user-<number>` as well: nobody may open many sessions in a minute. */
export function manyUsers(): FakeAuthorizer {
  const iam = fakeAuthorizer();
  const { authenticate, authorize, plan } = iam;
  const userOf = ({ credential = '' }: { credential?: string }) => /^user-(\d+)$/.exec(credential)?.[1];
  const plain = <C extends { credential?: string }>(context: C): C =>
    userOf(context) === undefined ? context : { ...context, credential: 'user' };
  const named = (principal: Principal, context: { credential?: string }): Principal => {
    const user = userOf(context);
    return user === undefined
      ? principal
      : { ...principal, uin: String(BigInt(principal.uin) + 1_000n + BigInt(user)) };
  };
  return Object.assign(iam, {
    authenticate: async (context: CallContextInit) => named(await authenticate(plain(context)), context),
    async authorize(question: Question) {
      const answer = await authorize({ ...question, context: plain(question.context) });
      return { ...answer, principal: named(answer.principal, question.context) };
    },
    async plan(question: PlanQuestion) {
      const answer = await plan({ ...question, context: plain(question.context) });
      return { ...answer, principal: named(answer.principal, question.context) };
    },
  });
}

async function iamOnBus(nats: NatsServer): Promise<Bus> {
  const credsFile = nats.installation.credsFile('iam-svc');
  return connectServiceBus({ name: 'iam-svc', url: nats.url, credsFile, logger: silentLogger });
}
