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
import { bearer, createServiceClient, grpcTransport, signExchange } from '@muster/rpc';
import { eventCount, eventually, type NatsServer, startNatsServer, tempDirectory } from '@muster/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RootCredentials, writeServiceKeys } from './fixture.ts';
import { type IamProcess, startProcess } from './process.ts';

let nats: NatsServer;
let folder: ReturnType<typeof tempDirectory>;
/** The one that most tests look at; whoever ends it is followed by one that is started again on the same store. */
let service: IamProcess;
let environment: Record<string, string>;
beforeAll(async () => {
  nats = await startNatsServer();
  folder = tempDirectory('muster-iam-');
  writeServiceKeys(join(folder.path, 'keys'));
  environment = installation('one');
  service = await startProcess(environment);
});
beforeEach(async () => {
  const { exitCode, signalCode } = service.child;
  if (exitCode !== null || signalCode !== null) service = await startProcess(environment);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
  await nats[Symbol.asyncDispose]();
});

/** The settings of an installation of its own. */
function installation(name: string, bus = nats) {
  return {
    MUSTER_DATA_DIR: join(folder.path, name),
    MUSTER_MASTER_KEY_FILE: join(folder.path, `${name}.key`),
    MUSTER_SERVICE_KEYS_DIR: join(folder.path, 'keys'),
    MUSTER_NATS_URL: bus.url,
    MUSTER_NATS_CREDS: bus.installation.credsFile('iam-svc'),
  };
}

const credentialsOf = ({ rootCredentialsFile }: IamProcess) =>
  JSON.parse(readFileSync(rootCredentialsFile, 'utf8')) as RootCredentials;

/** Clients that call as the root, by a token that is got anew. */
async function asRoot(of = service) {
  const anonymous = grpcTransport({ address: of.address });
  const tokens = createServiceClient(TokenService, anonymous);
  const { token } = await tokens.exchangeAccessKey(signExchange(credentialsOf(of), Date.now()));
  const transport = grpcTransport({ address: of.address, interceptors: [bearer(() => token)] });
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
    const { uin, secretId, secretKey, consoleUser, consolePassword } = credentialsOf(service);
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
    const place = installation('raced');
    const starts = await Promise.allSettled(Array.from({ length: 3 }, () => startProcess(place)));
    const started = starts.filter((start) => start.status === 'fulfilled').map((start) => start.value);
    await using all = new AsyncDisposableStack();
    for (const each of started) all.use(each);
    expect(started.filter((each) => each.output().includes('first start'))).toHaveLength(1);
    // each that serves knows the one root
    for (const each of started) {
      const transport = grpcTransport({ address: each.address });
      const secrets = credentialsOf(each);
      const tokens = createServiceClient(TokenService, transport);
      const { token } = await tokens.exchangeAccessKey(signExchange(secrets, Date.now()));
      const login = await tokens.login({ userName: secrets.consoleUser, password: secrets.consolePassword });
      expect([token, login.token]).not.toContain('');
      transport.close();
    }
    expect(starts.filter((start) => start.status === 'rejected').map((start) => String(start.reason))).toEqual([]);
  });

  it('of two installations share no key', async () => {
    const place = installation('other');
    await using other = await startProcess(place);
    const [one, two] = [service, other].map(credentialsOf);
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
    const place = installation(point);
    await using killed = await startProcess({ ...place, MUSTER_FAIL_POINTS: `${point}:kill` });
    let token: string;
    {
      using root = await asRoot(killed);
      ({ token } = root);
      const ended = once(killed.child, 'exit');
      await expect(root.iam.addUser({ name: 'ann' })).rejects.toThrow();
      expect(await ended).toEqual([null, 'SIGKILL']);
    }
    await using restarted = await startProcess(place);
    const transport = grpcTransport({ address: restarted.address, interceptors: [bearer(() => token)] });
    const { data } = await createServiceClient(IamService, transport).listUsers({});
    expect(data.map(({ name }) => name)).toEqual(users);
    // allowed is on record before it is done: a record without a write is one that was broken off, a write without a record cannot be
    const audit = createServiceClient(AuditService, transport);
    const { records } = await audit.listAuditRecords({});
    expect((await audit.verifyAudit({})).intact).toBe(true);
    expect(records.filter(({ action }) => action === 'cam:AddUser')).toHaveLength(1);
    transport.close();
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
    await using bus = await startNatsServer();
    const place = installation('told', bus);
    {
      await using service = await startProcess(place);
      using root = await asRoot(service);
      await root.iam.addUser({ name: 'ann' });
      await root.iam.addUser({ name: 'bob' });
      await service.stop('SIGKILL');
    }
    await using _again = await startProcess(place);
    await eventually('both events', async () => (await eventCount(bus, 'evt.iam.>')) >= 2);
    expect(await eventCount(bus, 'evt.iam.>')).toBe(2);
  });

  it('ends in order when it is asked to, and when its starter is gone', async () => {
    expect(await service.stop('SIGTERM')).toEqual([0, null]);
    service = await startProcess(environment);
    const exited = new Promise((resolve) => service.child.once('exit', resolve));
    service.child.disconnect();
    expect(await exited).toBe(0);
  });
});
