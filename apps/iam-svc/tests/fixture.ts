import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import {
  AccountService,
  AuthorizationService,
  GroupService,
  IamService,
  PolicyService,
  TokenService,
} from '@muster/contract';
import { type OutboxMessage, openStore } from '@muster/db';
import { Refusal } from '@muster/kernel';
import {
  type AccessKeySecret,
  bearer,
  createServiceClient,
  type GrpcTransport,
  grpcTransport,
  serviceIdentity,
  signExchange,
} from '@muster/rpc';
import { PLAINTEXT, silentLogger, tempDirectory, UNLIMITED } from '@muster/testkit';
import type { Kysely } from 'kysely';
import type { Config } from '../src/config.ts';
import { DEFAULT_QUOTAS } from '../src/domain/quotas.ts';
import { startIamServer } from '../src/server.ts';
import { migrations } from '../src/store/migrations/index.ts';
import type { IamSchema } from '../src/store/schema.ts';

/** The account that every fixture makes. */
export const ROOT_UIN = '100000000001';

/** What the first start writes down. */
export interface RootCredentials extends AccessKeySecret {
  readonly uin: string;
  readonly consoleUser: string;
  readonly consolePassword: string;
}

/** A sub-user with a working key and a token made with it. */
export interface TestUser extends AccessKeySecret {
  readonly name: string;
  readonly uin: string;
  readonly token: string;
}

/** Another root account; its root has a working key and a token made with it. */
export interface TestAccount extends AccessKeySecret {
  readonly uin: string;
  readonly appId: string;
  readonly name: string;
  readonly password: string;
  readonly token: string;
  /** Makes a sub-user of it with these policies attached. */
  user(...statements: object[][]): Promise<TestUser>;
}

/** The service alone on a real socket, with the services' keys and a bus that remembers. */
export interface Fixture extends AsyncDisposable {
  readonly folder: string;
  /** `host:port`; another one after a restart. */
  readonly address: string;
  readonly config: Config;
  readonly root: RootCredentials & { readonly token: string };
  /** A client of a service that calls with this token; without one it brings none. */
  client<S extends DescService>(service: S, token?: string): Client<S>;
  /** Users, keys and policies, called as the root unless another token is given. */
  iam(token?: string): Client<typeof IamService>;
  groups(token?: string): Client<typeof GroupService>;
  /** Versions, holders and boundaries. */
  policies(token?: string): Client<typeof PolicyService>;
  /** Root accounts, collaborators and message recipients. */
  accounts(token?: string): Client<typeof AccountService>;
  tokens(token?: string): Client<typeof TokenService>;
  /** Decisions, asked for by one of Muster's services. */
  authorization(service?: string): Promise<Client<typeof AuthorizationService>>;
  serviceToken(name: string): Promise<string>;
  /** Trades a key for a token. */
  exchange(key: AccessKeySecret): Promise<string>;
  /** Makes a sub-user with these policies attached (documents' statements). */
  user(...statements: object[][]): Promise<TestUser>;
  /** Saves a policy and hands back its number. */
  policy(statement: object[], token?: string): Promise<string>;
  /** Makes another root account. */
  account(): Promise<TestAccount>;
  /** What was published, in order. */
  readonly published: OutboxMessage[];
  /** The service's time; tests move it. */
  readonly clock: { ms: number };
  /** Works on the store beside the service, to fill it up quickly or to damage it. */
  inStore<R>(work: (db: Kysely<IamSchema>) => Promise<R>): Promise<R>;
  /** Stops the service and starts it again on the same store. */
  restart(): Promise<void>;
}

/** Starts it on a free port with a new store. */
export async function startFixture(settings: Partial<Config> = {}): Promise<Fixture> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(tempDirectory('muster-iam-')).path;
  const serviceKeys = writeServiceKeys(join(folder, 'service-keys'));
  const published: OutboxMessage[] = [];
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const config: Config = {
    ...PLAINTEXT,
    listen: '127.0.0.1:0',
    metricsListen: '',
    stopSeconds: 10,
    dataDir: join(folder, 'data'),
    region: 'ap-guangzhou',
    logLevel: 'silent',
    reflection: false,
    failPoints: '',
    masterKeyFile: join(folder, 'master.key'),
    serviceKeysDir: join(folder, 'service-keys'),
    natsUrl: '',
    natsCreds: '',
    rootUin: Number(ROOT_UIN),
    appId: 1_250_000_000,
    exchangeSeconds: 3_600,
    consoleSeconds: 28_800,
    strictSignatures: false,
    ...DEFAULT_QUOTAS,
    ...UNLIMITED,
    ...settings,
  };
  const start = () =>
    startIamServer(config, {
      publish: async (message) => void published.push(message),
      clock: { now: () => clock.ms },
      logger: silentLogger,
    });
  let server = await start();
  starting.defer(() => server[Symbol.asyncDispose]());
  const open = new Map<string, GrpcTransport>();
  const closeAll = () => {
    for (const transport of open.values()) transport.close();
    open.clear();
  };
  starting.defer(closeAll);
  const transportWith = (token: string) => {
    const existing = open.get(token);
    if (existing) return existing;
    const interceptors = token === '' ? [] : [bearer(() => token)];
    const transport = grpcTransport({ address: server.address, interceptors });
    open.set(token, transport);
    return transport;
  };
  const client = <S extends DescService>(service: S, token = '') => createServiceClient(service, transportWith(token));
  const exchange = async (key: AccessKeySecret) =>
    (await client(TokenService).exchangeAccessKey(signExchange(key, clock.ms))).token;
  const serviceToken = (name: string) => serviceIdentity(name, serviceKeys.get(name)!).token();
  const credentials = JSON.parse(readFileSync(server.rootCredentialsFile, 'utf8')) as RootCredentials;
  const root = { ...credentials, token: await exchange(credentials) };
  const iam = (token = root.token) => client(IamService, token);
  const accounts = (token = root.token) => client(AccountService, token);
  const policy = async (statement: object[], token?: string) => {
    const policyDocument = JSON.stringify({ version: '2.0', statement });
    return (await iam(token).createPolicy({ policyName: `p${serial++}`, policyDocument })).policyId;
  };
  const userOf = async (token: string, statements: object[][]) => {
    const made = await iam(token).addUser({ name: `u${serial++}`, useApi: true });
    for (const statement of statements) {
      await iam(token).attachUserPolicy({ policyId: await policy(statement, token), attachUin: made.uin });
    }
    return { ...made, token: await exchange(made) };
  };
  const running = starting.move();
  return {
    folder,
    get address() {
      return server.address;
    },
    config,
    root,
    client,
    iam,
    groups: (token = root.token) => client(GroupService, token),
    policies: (token = root.token) => client(PolicyService, token),
    accounts,
    tokens: (token) => client(TokenService, token),
    authorization: async (service = 'command-svc') => client(AuthorizationService, await serviceToken(service)),
    serviceToken,
    exchange,
    policy,
    user: (...statements) => userOf(root.token, statements),
    async account() {
      const name = `account${serial++}`;
      const made = await accounts().createAccount({ name });
      const token = await exchange(made);
      return { ...made, uin: made.accountUin, name, token, user: (...statements) => userOf(token, statements) };
    },
    published,
    clock,
    async inStore(work) {
      const db = await openStore<IamSchema>({ file: join(config.dataDir, 'iam.db'), migrations });
      return work(db).finally(() => db.destroy());
    },
    async restart() {
      closeAll();
      await server[Symbol.asyncDispose]();
      server = await start();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

let serial = 0;

/** Makes the identities of the services; their public keys go into `directory`. */
export function writeServiceKeys(directory: string): Map<string, KeyObject> {
  mkdirSync(directory, { recursive: true });
  return new Map(
    ['command-svc', 'invocation-svc', 'gateway'].map((name) => {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      writeFileSync(join(directory, `${name}.pub`), publicKey.export({ type: 'spki', format: 'pem' }));
      return [name, privateKey];
    }),
  );
}

/** An allow statement. */
export const allow = (action: string | string[], resource: string | string[] = '*', condition: object = {}) => ({
  effect: 'allow',
  action,
  resource,
  condition,
});

/** The refusal that a call ends in; anything else fails the test. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const outcome = await call.then(
    () => new Error('expected a refusal, got an answer'),
    (error: unknown) => error,
  );
  if (outcome instanceof Refusal) return outcome;
  throw outcome;
}
