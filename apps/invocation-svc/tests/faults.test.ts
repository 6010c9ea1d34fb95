import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { Health, HeldState, HealthCheckResponse_ServingStatus as Serving, TaskStatus } from '@muster/contract';
import { type Authorizer, grpcTransport, remoteAuthorizer } from '@muster/rpc';
import { eventually, fakeAuthorizer, noSmallDisk, silentLogger, smallDisk, startNatsServer } from '@muster/testkit';
import { newKey } from '@muster/vault';
import { expect, it } from 'vitest';
import { createServer } from '../src/server.ts';
import { refusalOf } from './machines-fixture.ts';
import { bytes, finish, run, startFixture, startOn, tasksOf, testConfig, untilTaskIs } from './runs-fixture.ts';

const RETRYABLE = { kind: 'unavailable', reason: 'ServiceUnavailable' };

it('F26: with a full disk runs are refused as unavailable, reads work, no half of one is left, and it heals', async ({
  skip,
}) => {
  const unable = noSmallDisk();
  skip(unable !== undefined, unable);
  using disk = smallDisk(8);
  await using service = await startFixture({ dataDir: disk.path });
  const agent = await service.agent();
  const before = await run(service, [agent]);
  const order = await startOn(agent);
  const health = service.client(Health);
  const says = async () => (await health.check({})).status;
  await eventually('readiness', async () => (await says()) === Serving.SERVING);

  disk.fill();
  // what is left in pages that the log has already is used up first
  const refused = await eventually('the first refusal', async () => {
    try {
      await run(service, [agent], { content: bytes('x'.repeat(40_000)) });
      return undefined;
    } catch (error) {
      return refusalOf(Promise.reject(error));
    }
  });
  expect(refused).toMatchObject(RETRYABLE);
  expect(refused.message).not.toMatch(/sqlite|disk|\.db/i);
  await eventually('to be told that it is not ready', async () => (await says()) === Serving.NOT_SERVING);
  const { invocationSet, totalCount } = await service.runs().describeInvocations({ limit: 100 });
  for (const { invocationId } of invocationSet) expect(await tasksOf(service, invocationId)).toHaveLength(1);
  // the machine keeps its result until the service can take it
  let answered = false;
  const unanswered = finish(agent, order).then(
    () => {
      answered = true;
    },
    () => undefined,
  );

  await eventually('reading to work', () => tasksOf(service, before));
  expect(answered).toBe(false);
  disk.free();
  await eventually('readiness', async () => (await says()) === Serving.SERVING);
  expect((await finish(agent, order)).committed).toBe(true);
  await untilTaskIs(service, before, TaskStatus.SUCCESS);
  await unanswered;
  await run(service, [agent], { content: bytes('x'.repeat(40_000)) });
  expect((await service.runs().describeInvocations({ limit: 100 })).totalCount).toBe(totalCount + 1);
});

it('F21: with iam-svc gone everything new is refused as unavailable, and what runs goes on', async () => {
  const fake = fakeAuthorizer();
  const transport = grpcTransport({ address: `127.0.0.1:${await closedPort()}` });
  const gone = remoteAuthorizer(transport);
  const state = { there: true };
  const iam = (): Authorizer => [gone, fake][Number(state.there)]!;
  const authorizer: Authorizer = {
    authenticate: (context) => iam().authenticate(context),
    authorize: (question) => iam().authorize(question),
    plan: (question) => iam().plan(question),
  };
  await using service = await startFixture({}, undefined, { authorizer, iamServes: () => state.there });
  const agent = await service.agent();
  const invocationId = await run(service, [agent]);
  const order = await startOn(agent);
  const health = service.client(Health);

  state.there = false;
  for (const call of [
    () => run(service, [agent]),
    () => service.runs().cancelInvocation({ invocationId }),
    () => service.runs().describeInvocations({}),
  ]) {
    expect(await refusalOf(call())).toMatchObject(RETRYABLE);
  }
  await eventually('to be told', async () => (await health.check({})).status === Serving.NOT_SERVING);
  expect((await finish(agent, order)).committed).toBe(true);

  state.there = true;
  await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
  await eventually('to be told', async () => (await health.check({})).status === Serving.SERVING);
  transport.close();
});

it('F24: a clock that goes back ten minutes makes no negative durations and sends nothing again and again', async () => {
  await using service = await startFixture();
  const agent = await service.agent();
  const invocationId = await run(service, [agent]);
  const order = await startOn(agent);
  service.clock.ahead -= 600_000;
  // its machine would call every order expired: it is asked to learn the time anew
  agent.heartbeat();
  await agent.syncs.next();
  await agent.hello({ held: [{ invocationTaskId: order.invocationTaskId, state: HeldState.RUNNING }] });
  await finish(agent, order);
  const { startTime, endTime } = await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
  expect(timestampMs(endTime!)).toBeGreaterThanOrEqual(timestampMs(startTime!));

  const second = await run(service, [agent]);
  await finish(agent, await startOn(agent, 'claim-1'));
  await untilTaskIs(service, second, TaskStatus.SUCCESS);
  // one order each, no storm of them
  let more = false;
  void agent.tasks.next().then(() => {
    more = true;
  });
  await agent.hello();
  expect(more).toBe(false);
});

it('T26: no secret is readable in the store, and another master key is refused', async () => {
  await using nats = await startNatsServer();
  await using service = await startFixture({}, nats);
  const agent = await service.agent();
  const canary = 'c4nary-e6d1';
  const content = bytes('login {{tat-hidden:password}}');
  await run(service, [agent], { content, enableParameter: true, parameters: JSON.stringify({ password: canary }) });
  await finish(agent, await startOn(agent));
  await service.stop();
  for (const name of readdirSync(service.dataDir).filter((each) => each.startsWith('invocation.db'))) {
    expect(readFileSync(join(service.dataDir, name)).includes(canary)).toBe(false);
  }

  const other = join(service.dataDir, 'other');
  mkdirSync(other);
  const start = (masterKeyFile: string) =>
    createServer(testConfig(nats, service.dataDir, { masterKeyFile }), {
      authorizer: fakeAuthorizer(),
      logger: silentLogger,
      delegations: service.delegations,
    });
  writeFileSync(join(other, 'master.key'), newKey(), { mode: 0o600 });
  await expect(start(join(other, 'master.key'))).rejects.toThrow('is not the one that the store was made with');
  // a key that is gone is not made anew
  await expect(start(join(other, 'gone.key'))).rejects.toThrow('cannot be read');
  await service.resume();
});

async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
