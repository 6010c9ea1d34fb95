import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { connectServiceBus, subjects } from '@muster/bus';
import {
  EventSchema,
  InvocationStatus,
  OfflinePolicy,
  type RunCommandRequestSchema,
  StartReplySchema,
  StartRequestSchema,
  TaskOutcome,
  TaskStatus,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { ACCOUNT_UIN, eventually, silentLogger } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectFakeAgent, type FakeAgent } from './fake-agent.ts';
import { bytes, type Fixture, finish, startFixture, startOn, tasksOf, untilTaskIs } from './runs-fixture.ts';

/** A minute is how long a decision stands unheard; tasks may wait longer than that here. */
const MINUTE_MS = 60_000;

let service: Fixture;
let agent: FakeAgent;
beforeAll(async () => {
  service = await startFixture({
    deliveryDeadlineSeconds: 3_600,
    deliveryWindowSeconds: 3_600,
    offlineAfterSeconds: 3_600,
  });
});
beforeEach(async () => {
  agent = await service.agent();
});
afterEach(() => {
  service.iam.decide = () => true;
  service.iam.questions.length = 0;
  service.delegations.refusal = undefined;
});
afterAll(() => service[Symbol.asyncDispose]());

/** Makes a run as the sub-user. */
async function runAsUser(
  machines: readonly { readonly instanceId: string }[],
  request: MessageInitShape<typeof RunCommandRequestSchema> = {},
): Promise<string> {
  const instanceIds = machines.map(({ instanceId }) => instanceId);
  const { invocationId } = await service
    .runs('user')
    .runCommand({ content: bytes('true'), instanceIds, tags: [{ key: 'team', value: 'shop' }], ...request });
  return invocationId;
}

const WAITS = { offlinePolicy: OfflinePolicy.RUN_ON_RETURN, offlineExpiry: 86_400 };

/** Tells of changed permissions as iam-svc does. */
async function tellChanged(accountUin = ACCOUNT_UIN): Promise<void> {
  const credsFile = service.nats.installation.credsFile('iam-svc');
  await using iam = await connectServiceBus({
    name: 'iam-svc',
    url: service.nats.url,
    credsFile,
    logger: silentLogger,
  });
  const event = create(EventSchema, { accountUin, body: { case: 'permissionsChanged', value: {} } });
  await iam.publishEvent(subjects.PERMISSIONS_CHANGED, toBinary(EventSchema, event), crypto.randomUUID());
}

/** From now on the sub-user may not do this to that. */
function forbid(what: (resource: string) => boolean): void {
  service.iam.decide = (_, resource, { context }) => context.credential !== 'user' || !what(resource);
}
const everything = () => true;
const questionsOfUser = () => service.iam.questions.filter(({ context }) => context.credential === 'user');

describe('F40: a permission that is withdrawn', () => {
  it('ends what waits for an absent machine at once, and says why; the machine comes back to nothing', async () => {
    const machine = await service.machine();
    const invocationId = await runAsUser([machine], WAITS);
    forbid(everything);
    await tellChanged();
    const task = await untilTaskIs(service, invocationId, TaskStatus.CANCELLED);
    expect(task.errorInfo).toContain('the permission to run it was withdrawn before the script started');
    expect(task.errorInfo).toContain('tat:RunCommand');
    const { invocationSet } = await service.runs().describeInvocations({ invocationIds: [invocationId] });
    expect(invocationSet[0]!.invocationStatus).toBe(InvocationStatus.CANCELLED);
    await using back = await connectFakeAgent(machine);
    await back.hello();
    await back.bus.flush();
    expect(back.tasks.waiting).toEqual([]);
  });

  it('ends what a machine holds and has not started; its wish to start is refused', async () => {
    const invocationId = await runAsUser([agent]);
    const { order } = await agent.tasks.next();
    forbid(everything);
    await tellChanged();
    await untilTaskIs(service, invocationId, TaskStatus.CANCELLED);
    const reply = await agent.start({ invocationTaskId: order.invocationTaskId, claim: 'late' });
    expect(reply).toMatchObject({ granted: false, reason: 'it is CANCELLED' });
  });

  it('is noticed at the start when nobody has told of it', async () => {
    const invocationId = await runAsUser([agent]);
    const { order } = await agent.tasks.next();
    forbid(everything);
    service.clock.ahead += MINUTE_MS;
    const reply = await agent.start({ invocationTaskId: order.invocationTaskId, claim: 'late' });
    expect(reply.granted).toBe(false);
    const [task] = await tasksOf(service, invocationId);
    expect(task).toMatchObject({ taskStatus: TaskStatus.CANCELLED });
  });

  it('is noticed at the first start after the service was down', async () => {
    const invocationId = await runAsUser([agent]);
    const { order } = await agent.tasks.next();
    await service.stop();
    forbid(everything);
    await service.resume();
    await agent.hello();
    const reply = await agent.start({ invocationTaskId: order.invocationTaskId, claim: 'late' });
    expect(reply.granted).toBe(false);
    await untilTaskIs(service, invocationId, TaskStatus.CANCELLED);
  });

  it('on one machine leaves the others of the run', async () => {
    const other = await service.agent();
    const invocationId = await runAsUser([agent, other]);
    const [, { order }] = [await agent.tasks.next(), await other.tasks.next()];
    forbid((resource) => resource.endsWith(agent.instanceId));
    await tellChanged();
    await eventually('the task to end', async () =>
      (await tasksOf(service, invocationId)).some(({ taskStatus }) => taskStatus === TaskStatus.CANCELLED),
    );
    const reply = await other.start({ invocationTaskId: order.invocationTaskId, claim: 'claim-1' });
    expect(reply.granted).toBe(true);
    await finish(other, order);
    const ends = new Map((await tasksOf(service, invocationId)).map((task) => [task.instanceId, task]));
    expect(ends.get(agent.instanceId)).toMatchObject({ taskStatus: TaskStatus.CANCELLED });
    expect(ends.get(agent.instanceId)!.errorInfo).toContain(agent.instanceId);
    expect(ends.get(other.instanceId)).toMatchObject({ taskStatus: TaskStatus.SUCCESS });
  });

  it('leaves a script that runs', async () => {
    const invocationId = await runAsUser([agent]);
    const order = await startOn(agent);
    const machine = await service.machine();
    const waits = await runAsUser([machine], WAITS);
    forbid(everything);
    await tellChanged();
    await untilTaskIs(service, waits, TaskStatus.CANCELLED);
    expect((await tasksOf(service, invocationId))[0]!.taskStatus).toBe(TaskStatus.RUNNING);
    await finish(agent, order, { outcome: TaskOutcome.SUCCESS });
    await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
  });

  it('with its user, or the access key that the run was made with, ends what waits', async () => {
    const invocationId = await runAsUser([await service.machine()], WAITS);
    service.delegations.refusal = new Refusal(
      'unauthenticated',
      'AuthFailure.TokenFailure',
      'the delegation has ended',
    );
    await tellChanged();
    const task = await untilTaskIs(service, invocationId, TaskStatus.CANCELLED);
    expect(task.errorInfo).toContain('gone or switched off');
  });

  it('of another account changes nothing', async () => {
    const machine = await service.machine();
    const invocationId = await runAsUser([machine], WAITS);
    forbid(everything);
    await tellChanged('100000000099');
    const own = await runAsUser([await service.machine()], { ...WAITS }).catch((error: Refusal) => error.reason);
    expect(own).toBe('UnauthorizedOperation.CamAuthFailed');
    expect((await tasksOf(service, invocationId))[0]!.taskStatus).toBe(TaskStatus.PENDING);
  });
});

describe('deciding again', () => {
  it('costs nothing when nothing has changed', async () => {
    await runAsUser([agent]);
    const asked = questionsOfUser().length;
    await startOn(agent);
    expect(questionsOfUser()).toHaveLength(asked);
    expect(service.delegations.forRuns.size).toBeGreaterThan(0);
    const made = service.delegations.forRuns.size;
    await runAsUser([await service.machine()], { ...WAITS, offlineExpiry: 60 });
    expect(service.delegations.forRuns.size).toBe(made);
  });

  it('is one question for a run and a change, as the call was put, whatever its tasks are', async () => {
    const machines = await Promise.all(Array.from({ length: 12 }, () => service.machine()));
    await runAsUser(machines, WAITS);
    const first = questionsOfUser().at(-1)!;
    service.iam.questions.length = 0;
    await tellChanged();
    const again = await eventually('the run to be decided again', () =>
      questionsOfUser().find(({ resources }) => resources.length === 13),
    );
    expect(again.action).toBe(first.action);
    expect(again.requestTags).toEqual([{ key: 'team', value: 'shop' }]);
    expect(again.context.peerAddress).toBe(first.context.peerAddress);
    expect(again.resources.map(({ resource }) => resource).toSorted()).toEqual(
      first.resources.map(({ resource }) => resource).toSorted(),
    );
    expect(questionsOfUser().filter(({ resources }) => resources.length === 13)).toHaveLength(1);
  });

  it('that nobody can do leaves the machine without an answer, and the task where it is', async () => {
    const invocationId = await runAsUser([agent]);
    const { order } = await agent.tasks.next();
    service.iam.decide = () => {
      throw new Refusal('unavailable', 'ServiceUnavailable', 'iam-svc is away');
    };
    service.clock.ahead += MINUTE_MS;
    const ask = () => agent.start({ invocationTaskId: order.invocationTaskId, claim: 'claim-1' });
    const wish = { epoch: agent.epoch, invocationTaskId: order.invocationTaskId, claim: 'claim-1' };
    const subject = subjects.agentUp(agent.instanceId, 'start');
    const asked = agent.bus.request(subject, { schema: StartRequestSchema, message: wish }, StartReplySchema, 500);
    await expect(asked).rejects.toThrow('no answer');
    service.iam.decide = () => true;
    expect((await tasksOf(service, invocationId))[0]!.taskStatus).toBe(TaskStatus.DELIVERING);
    expect((await ask()).granted).toBe(true);
    await finish(agent, order);
  }, 20_000);
});
