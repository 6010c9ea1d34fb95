import { join } from 'node:path';
import { CommandService, Health, HealthCheckResponse_ServingStatus as ServingStatus } from '@muster/contract';
import { bearer, createServiceClient, grpcTransport, type RpcServer } from '@muster/rpc';
import {
  eventCount,
  eventually,
  type FakeAuthorizer,
  fakeAuthorizer,
  type NatsServer,
  type StartedProgram,
  startNatsServer,
  tempDirectory,
  writeServiceKey,
} from '@muster/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf, restart } from './fixture.ts';
import { libraryIn, writeFiles } from './library-files.ts';
import { serveIam, serveInvocations, startProcess } from './process.ts';

let nats: NatsServer;
let iam: FakeAuthorizer;
let iamServer: RpcServer;
let invocations: RpcServer;
beforeAll(async () => {
  nats = await startNatsServer();
  iam = fakeAuthorizer();
});
afterAll(() => nats[Symbol.asyncDispose]());

let folder: ReturnType<typeof tempDirectory>;
let environment: Record<string, string>;
let service: StartedProgram;
beforeEach(async () => {
  iamServer = await serveIam(iam);
  invocations = await serveInvocations(() => ({}));
  folder = tempDirectory('muster-command-');
  environment = {
    MUSTER_DATA_DIR: folder.path,
    MUSTER_MASTER_KEY_FILE: join(folder.path, 'master.key'),
    MUSTER_INVOCATION_ADDRESS: invocations.address,
    MUSTER_LIBRARY_DIR: libraryIn(folder.path),
    MUSTER_SERVICE_KEY: writeServiceKey(folder.path, 'command-svc'),
    MUSTER_SERVICE_KEYS_DIR: folder.path,
    MUSTER_IAM_ADDRESS: iamServer.address,
    MUSTER_NATS_URL: nats.url,
    MUSTER_NATS_CREDS: nats.installation.credsFile('command-svc'),
  };
  service = await startProcess(environment);
});
afterEach(async () => {
  await service[Symbol.asyncDispose]();
  await iamServer[Symbol.asyncDispose]();
  await invocations[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

function connect(credential = 'root') {
  const transport = grpcTransport({ address: service.address, interceptors: [bearer(() => credential)] });
  return {
    commands: createServiceClient(CommandService, transport),
    health: createServiceClient(Health, transport),
    [Symbol.dispose]: () => transport.close(),
  };
}

describe('command-svc', () => {
  it('says that it serves', async () => {
    using client = connect();
    for (const name of ['', CommandService.typeName]) {
      expect((await client.health.check({ service: name })).status).toBe(ServingStatus.SERVING);
    }
    await expect(client.health.check({ service: 'nonsense' })).rejects.toThrow(/nonsense/);
  });

  it('keeps what it answered through kill -9, and its events reach the stream exactly once', async () => {
    const before = await eventCount(nats, 'evt.command.>');
    let commandId: string;
    {
      using client = connect();
      ({ commandId } = await client.commands.createCommand(restart));
      await client.commands.modifyCommand({ commandId, timeout: 5 });
    }
    await service.stop('SIGKILL');
    service = await startProcess(environment);
    using client = connect();
    expect(await client.commands.describeCommands({})).toMatchObject({
      totalCount: 1,
      commandSet: [{ commandId, version: 2, timeout: 5 }],
    });
    await client.commands.deleteCommand({ commandId });
    await eventually('all three events', async () => (await eventCount(nats, 'evt.command.>')) >= before + 3);
    expect(await eventCount(nats, 'evt.command.>')).toBe(before + 3);
  });

  it('refuses everybody while iam-svc is away', async () => {
    using client = connect();
    await client.commands.createCommand(restart);
    await iamServer[Symbol.asyncDispose]();
    expect(await refusalOf(client.commands.describeCommands({}))).toMatchObject({
      kind: 'unavailable',
      reason: 'ServiceUnavailable',
    });
  });

  it('deletes nothing while invocation-svc is away', async () => {
    using client = connect();
    const { commandId } = await client.commands.createCommand(restart);
    await invocations[Symbol.asyncDispose]();
    expect(await refusalOf(client.commands.deleteCommand({ commandId }))).toMatchObject({
      kind: 'unavailable',
      reason: 'ServiceUnavailable',
    });
    expect((await client.commands.describeCommands({})).totalCount).toBe(1);
    invocations = await serveInvocations(() => ({}), invocations.address);
    await eventually('the way back', () =>
      client.commands.deleteCommand({ commandId }).then(
        () => true,
        () => false,
      ),
    );
  });

  it('deletes nothing that invocation-svc says is in use', async () => {
    using client = connect();
    const { commandId } = await client.commands.createCommand(restart);
    await invocations[Symbol.asyncDispose]();
    invocations = await serveInvocations(({ commandIds }) => ({ inInvoker: commandIds }), invocations.address);
    await eventually('the answer', async () => {
      const { reason } = await refusalOf(client.commands.deleteCommand({ commandId }));
      return reason === 'ResourceUnavailable.CommandInInvoker';
    });
  });

  it('does not start with a mistake in its library, and says where', async () => {
    await service.stop('SIGTERM');
    writeFiles(environment.MUSTER_LIBRARY_DIR!, { 'disk/scene.yaml': 'id: sc-00000001\nname: {en: Disk}' });
    await expect(startProcess(environment)).rejects.toThrow('public library: disk/scene.yaml: name.zh is required');
  });

  it('refuses a call without a token and one with a bad token', async () => {
    for (const credential of ['', 'forged']) {
      using client = connect(credential);
      expect((await refusalOf(client.commands.describeCommands({}))).kind).toBe('unauthenticated');
    }
  });

  it('ends in order when it is asked to', async () => {
    using client = connect();
    await client.commands.createCommand(restart);
    expect(await service.stop('SIGTERM')).toEqual([0, null]);
  });

  it('ends when its starter is gone', async () => {
    const exited = new Promise((resolve) => service.child.once('exit', resolve));
    service.child.disconnect();
    expect(await exited).toBe(0);
  });

  it('names every missing setting at once', async () => {
    await expect(startProcess({})).rejects.toThrow(/MUSTER_NATS_CREDS[\s\S]*MUSTER_SERVICE_KEY[\s\S]*MUSTER_DATA_DIR/);
  });
});
