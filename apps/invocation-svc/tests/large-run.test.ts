import { InvocationStatus, OfflinePolicy, TaskStatus } from '@muster/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bytes, type Fixture, openStoreOf, startFixture } from './runs-fixture.ts';

/** More than any statement of the service takes at once. */
const MACHINES = 1_100;

let service: Fixture;
let invocationId: string;

beforeAll(async () => {
  service = await startFixture();
  const { instanceId } = await service.machine();
  await using db = await openStoreOf(service.config);
  const one = await db
    .selectFrom('instance')
    .selectAll()
    .where('instance_id', '=', instanceId)
    .executeTakeFirstOrThrow();
  const numbers = Array.from({ length: MACHINES }, (_, index) => String(index).padStart(8, '0'));
  for (const number of numbers) {
    const identity = { instance_id: `ins-${number}`, name: `host-${number}`, public_key: `U${number}` };
    await db
      .insertInto('instance')
      .values({ ...one, ...identity })
      .execute();
  }
});
afterAll(() => service[Symbol.asyncDispose]());

it('is made on every machine that fits, and asks about each', async () => {
  const asked = service.iam.questions.length;
  const made = await service.runs().runCommand({
    content: bytes('true'),
    selector: { names: ['host-*'] },
    offlinePolicy: OfflinePolicy.RUN_ON_RETURN,
  });
  expect(made).toMatchObject({ taskCount: MACHINES, offlineCount: MACHINES });
  const resources = service.iam.questions.slice(asked).flatMap((question) => question.resources);
  expect(new Set(resources.map(({ resource }) => resource)).size).toBe(MACHINES + 1);
  ({ invocationId } = made);
});

it('is listed with its first 200 tasks and the number of all', async () => {
  const { invocationSet } = await service.runs().describeInvocations({ invocationIds: [invocationId] });
  const [run] = invocationSet;
  expect(run).toMatchObject({ taskCount: MACHINES, invocationStatus: InvocationStatus.PENDING });
  const names = run!.invocationTaskBasicInfoSet.map((task) => task.instanceName);
  expect(names).toHaveLength(200);
  expect([names[0], names[199]]).toEqual(['host-00000000', 'host-00000199']);
});

it('is followed from all of its tasks to its end, and cancelled whole', async () => {
  const ended = new Map<string, TaskStatus>();
  for await (const { event } of service.runs().watchInvocation({ invocationId })) {
    if (event.case === 'snapshot') {
      expect(event.value.tasks).toHaveLength(MACHINES);
      expect(event.value.invocation!.invocationTaskBasicInfoSet).toHaveLength(200);
      await service.runs().cancelInvocation({ invocationId });
    }
    if (event.case === 'task') ended.set(event.value.invocationTaskId, event.value.taskStatus);
  }
  expect(ended.size).toBe(MACHINES);
  expect(new Set(ended.values())).toEqual(new Set([TaskStatus.CANCELLED]));
});

it('is repeated on all of them', async () => {
  const again = await service.runs().retryInvocation({ invocationId, offlinePolicy: OfflinePolicy.RUN_ON_RETURN });
  expect(again.taskCount).toBe(MACHINES);
  await service.runs().cancelInvocation({ invocationId: again.invocationId });
});
