import { once } from 'node:events';
import { createServer } from 'node:net';
import {
  EnrollmentService,
  Health,
  InvocationService,
  HealthCheckResponse_ServingStatus as Serving,
  TaskStatus,
} from '@muster/contract';
import { eventually, startNatsServer, tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { refusalOf } from './machines-fixture.ts';
import { finish, run, startFixture, startOn, untilTaskIs } from './runs-fixture.ts';

it('F12: starts while the bus is away, serves what it can, says so, and does the rest once the bus is there', async () => {
  using folder = tempDirectory('muster-nats-');
  const first = await startNatsServer({ directory: folder.path });
  await using service = await startFixture({ deliveryDeadlineSeconds: 3_600 }, first);
  const agent = await service.agent();
  await service.stop();
  await first.kill();

  await service.resume();
  const health = service.client(Health);
  const said = async (name: string) => (await health.check({ service: name })).status;
  await eventually(
    'the process to say that something is missing',
    async () => (await said('')) === Serving.NOT_SERVING,
  );
  expect(await said(EnrollmentService.typeName)).toBe(Serving.NOT_SERVING);
  expect(await said(InvocationService.typeName)).toBe(Serving.SERVING);
  const meanwhile = await run(service, [agent]);
  expect((await service.runs().describeInvocations({})).invocationSet).toHaveLength(1);

  await using _second = await startNatsServer({ directory: folder.path, port: Number(new URL(first.url).port) });
  await eventually('the process to be ready', async () => (await said('')) === Serving.SERVING);
  await eventually('the machine to be back', () => agent.bus.connected);
  await eventually('an answer to hello', () => agent.hello({}).catch(() => undefined));
  await finish(agent, await startOn(agent));
  await untilTaskIs(service, meanwhile, TaskStatus.SUCCESS);
});

it('stops although the bus never came', async () => {
  await using nats = await startNatsServer();
  const port = await freePort();
  await using service = await startFixture({ natsUrl: `nats://127.0.0.1:${port}` }, nats);
  expect((await service.runs().describeInvocations({})).invocationSet).toEqual([]);
  await service.stop();
  expect(() => service.runs()).toThrow('stopped');
});

it('lets go of streams when it stops, and lets calls under way end', async () => {
  await using service = await startFixture();
  const agent = await service.agent();
  const invocationId = await run(service, [agent]);
  const opened = Promise.withResolvers<void>();
  const watching = (async () => {
    for await (const _step of service.runs().watchInvocation({ invocationId })) opened.resolve();
  })();
  await opened.promise;
  const refused = refusalOf(watching);
  const began = performance.now();
  await service.stop();
  // well before calls that hang are cut off
  expect(performance.now() - began).toBeLessThan(4_000);
  expect((await refused).reason).toBe('ServiceUnavailable');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
