import { once } from 'node:events';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AuditService,
  Health,
  IamService,
  HealthCheckResponse_ServingStatus as ServingStatus,
  TokenService,
} from '@muster/contract';
import { bearer, createServiceClient, type GrpcTransport, grpcTransport, signExchange } from '@muster/rpc';
import { eventCount, eventually, type NatsServer, startNatsServer, tempDirectory } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RootCredentials, writeServiceKeys } from './fixture.ts';
import { type IamProcess, startProcess } from './process.ts';

let nats: NatsServer;
beforeAll(async () => {
  nats = await startNatsServer();
});
afterAll(() => nats[Symbol.asyncDispose]());

let folder: ReturnType<typeof tempDirectory>;
let environment: Record<string, string>;
let service: IamProcess;
beforeEach(async () => {
  folder = tempDirectory('muster-iam-');
  writeServiceKeys(join(folder.path, 'keys'));
  environment = {
    MUSTER_DATA_DIR: join(folder.path, 'data'),
    MUSTER_MASTER_KEY_FILE: join(folder.path, 'master.key'),
    MUSTER_SERVICE_KEYS_DIR: join(folder.path, 'keys'),
    MUSTER_NATS_URL: nats.url,
    MUSTER_NATS_CREDS: nats.installation.credsFile('iam-svc'),
  };
  service = await startProcess(environment);
});
afterEach(async () => {
  await service[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const credentials = () => JSON.parse(readFileSync(service.rootCredentialsFile, 'utf8')) as RootCredentials;

/** Clients that call as the root, by a token that is got anew. */
async function asRoot() {
  const anonymous = grpcTransport({ address: service.address });
  const tokens = createServiceClient(TokenService, anonymous);
  const { token } = await tokens.exchangeAccessKey(signExchange(credentials(), Date.now()));
  const transport = grpcTransport({ address: service.address, interceptors: [bearer(() => token)] });
  return {
    token,
    iam: createServiceClient(IamService, transport),
    tokens: createServiceClient(TokenService, transport),
    health: createServiceClient(Health, transport),
    [Symbol.dispose]() {
      anonymous.close();
      transport.close();
    },
  };
}

describe('the first start', () => {
  it('writes the root’s key and password into a file that nobody else can read, and nowhere else', async () => {
    const { uin, secretId, secretKey, consoleUser, consolePassword } = credentials();
    expect({ uin, consoleUser }).toEqual({ uin: '100000000001', consoleUser: 'root' });
    for (const file of [service.rootCredentialsFile, environment.MUSTER_MASTER_KEY_FILE!]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    expect(statSync(environment.MUSTER_DATA_DIR!).mode & 0o077).toBe(0);
    expect(service.output()).toContain('root-credentials.json');
    const store = ['iam.db', 'iam.db-wal'].map((file) => readFileSync(join(environment.MUSTER_DATA_DIR!, file)));
    for (const secret of [secretKey, consolePassword]) {
      expect(service.output()).not.toContain(secret);
      for (const bytes of store) expect(bytes.includes(secret)).toBe(false);
    }
    expect(store.some((bytes) => bytes.includes(secretId))).toBe(true);
    using root = await asRoot();
    const { token } = await root.tokens.login({ userName: consoleUser, password: consolePassword });
    expect(token).not.toBe('');
  });

  it('is not made again: identities, tokens and users are found as they were', async () => {
    const before = readFileSync(service.rootCredentialsFile, 'utf8');
    let token: string;
    {
      using root = await asRoot();
      await root.iam.addUser({ name: 'ann' });
      ({ token } = root);
    }
    await service.stop('SIGKILL');
    service = await startProcess(environment);
    expect(readFileSync(service.rootCredentialsFile, 'utf8')).toBe(before);
    expect(service.output()).not.toContain('first start');
    const transport = grpcTransport({ address: service.address, interceptors: [bearer(() => token)] });
    const { data } = await createServiceClient(IamService, transport).listUsers({});
    expect(data).toMatchObject([{ name: 'ann' }]);
    transport.close();
  });
});

describe('T27: first starts', () => {
  it('of ten at the same time are one: one root, whose secrets are those in the file', {
    timeout: 60_000,
  }, async () => {
    const place = {
      ...environment,
      MUSTER_DATA_DIR: join(folder.path, 'raced'),
      MUSTER_MASTER_KEY_FILE: join(folder.path, 'raced.key'),
    };
    const starts = await Promise.allSettled(Array.from({ length: 3 }, () => startProcess(place)));
    const started = starts.filter((start) => start.status === 'fulfilled').map((start) => start.value);
    await using all = new AsyncDisposableStack();
    for (const each of started) all.use(each);
    expect(started.filter((each) => each.output().includes('first start'))).toHaveLength(1);
    // each that serves knows the one root
    for (const each of started) {
      const transport = grpcTransport({ address: each.address });
      const secrets = JSON.parse(readFileSync(each.rootCredentialsFile, 'utf8')) as RootCredentials;
      const tokens = createServiceClient(TokenService, transport);
      const { token } = await tokens.exchangeAccessKey(signExchange(secrets, Date.now()));
      const login = await tokens.login({ userName: secrets.consoleUser, password: secrets.consolePassword });
      expect([token, login.token]).not.toContain('');
      transport.close();
    }
    expect(starts.filter((start) => start.status === 'rejected').map((start) => String(start.reason))).toEqual([]);
  });

  it('of two installations share no key', async () => {
    const place = {
      ...environment,
      MUSTER_DATA_DIR: join(folder.path, 'other'),
      MUSTER_MASTER_KEY_FILE: join(folder.path, 'other.key'),
    };
    await using other = await startProcess(place);
    const [one, two] = [service, other].map(
      ({ rootCredentialsFile }) => JSON.parse(readFileSync(rootCredentialsFile, 'utf8')) as RootCredentials,
    );
    expect(two!.secretId).not.toBe(one!.secretId);
    expect(two!.secretKey).not.toBe(one!.secretKey);
    expect(two!.consolePassword).not.toBe(one!.consolePassword);
    const keys = [environment.MUSTER_MASTER_KEY_FILE!, place.MUSTER_MASTER_KEY_FILE].map((file) => readFileSync(file));
    expect(keys[0]!.equals(keys[1]!)).toBe(false);
    // a token of the one is worth nothing at the other: they sign with keys of their own
    using root = await asRoot();
    const transport = grpcTransport({ address: other.address, interceptors: [bearer(() => root.token)] });
    const foreign = createServiceClient(IamService, transport).listUsers({});
    await expect(foreign).rejects.toMatchObject({ kind: 'unauthenticated' });
    transport.close();
  });
});

describe('a start', () => {
  it('T26: is refused with another master key, without one, and with one that others can read', async () => {
    await service.stop('SIGTERM');
    const file = environment.MUSTER_MASTER_KEY_FILE!;
    renameSync(file, `${file}.kept`);
    await expect(startProcess(environment)).rejects.toThrow(/the master key file .* cannot be read/);
    writeFileSync(file, new Uint8Array(32), { mode: 0o600 });
    await expect(startProcess(environment)).rejects.toThrow('is not the one that the store was made with');
    writeFileSync(`${file}.open`, readFileSync(`${file}.kept`), { mode: 0o644 });
    const open = { ...environment, MUSTER_MASTER_KEY_FILE: `${file}.open` };
    await expect(startProcess(open)).rejects.toThrow('must have mode 0600');
    renameSync(`${file}.kept`, file);
    service = await startProcess(environment);
    using root = await asRoot();
    await root.tokens.getCallerIdentity({});
  });

  it('names every missing setting at once', async () => {
    await expect(startProcess({})).rejects.toThrow(
      /MUSTER_SERVICE_KEYS_DIR[\s\S]*MUSTER_NATS_CREDS[\s\S]*MUSTER_DATA_DIR[\s\S]*MUSTER_MASTER_KEY_FILE/,
    );
  });
});

describe('T36: a service that is killed in the middle of a write', () => {
  it.each([
    ['write.before-commit', []],
    ['write.after-commit', ['ann']],
  ])('at %s leaves no write without its record', async (point, users) => {
    let token: string;
    {
      using root = await asRoot();
      ({ token } = root);
    }
    await service.stop('SIGKILL');
    service = await startProcess({ ...environment, MUSTER_FAIL_POINTS: `${point}:kill` });
    const call = async <R>(ask: (transport: GrpcTransport) => Promise<R>) => {
      const transport = grpcTransport({ address: service.address, interceptors: [bearer(() => token)] });
      return ask(transport).finally(() => transport.close());
    };
    const ended = once(service.child, 'exit');
    await expect(
      call((transport) => createServiceClient(IamService, transport).addUser({ name: 'ann' })),
    ).rejects.toThrow();
    expect(await ended).toEqual([null, 'SIGKILL']);
    service = await startProcess(environment);
    const { data } = await call((transport) => createServiceClient(IamService, transport).listUsers({}));
    expect(data.map(({ name }) => name)).toEqual(users);
    // allowed is on record before it is done: a record without a write is one that was broken off, a write without a record cannot be
    const audit = await call(async (transport) => {
      const client = createServiceClient(AuditService, transport);
      return { ...(await client.listAuditRecords({})), ...(await client.verifyAudit({})) };
    });
    expect(audit.intact).toBe(true);
    expect(audit.records.filter(({ action }) => action === 'cam:AddUser')).toHaveLength(1);
  });
});

describe('iam-svc', () => {
  it('says that it serves', async () => {
    using root = await asRoot();
    for (const name of ['', IamService.typeName, TokenService.typeName]) {
      expect((await root.health.check({ service: name })).status).toBe(ServingStatus.SERVING);
    }
  });

  it('tells the bus of each change exactly once, also across kill -9', async () => {
    const before = await eventCount(nats, 'evt.iam.>');
    {
      using root = await asRoot();
      await root.iam.addUser({ name: 'ann' });
      await root.iam.addUser({ name: 'bob' });
    }
    await service.stop('SIGKILL');
    service = await startProcess(environment);
    await eventually('both events', async () => (await eventCount(nats, 'evt.iam.>')) >= before + 2);
    expect(await eventCount(nats, 'evt.iam.>')).toBe(before + 2);
  });

  it('ends in order when it is asked to, and when its starter is gone', async () => {
    expect(await service.stop('SIGTERM')).toBe(0);
    service = await startProcess(environment);
    const exited = new Promise((resolve) => service.child.once('exit', resolve));
    service.child.disconnect();
    expect(await exited).toBe(0);
  });
});
