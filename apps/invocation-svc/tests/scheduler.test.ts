import { timestampMs } from '@bufbuild/protobuf/wkt';
import {
  AgentStatus,
  InstanceService,
  InvocationSource,
  InvocationStatus,
  InvokerOutcome,
  MissedRunPolicy,
  OfflinePolicy,
  SchedulePolicy,
  TaskStatus,
} from '@muster/contract';
import { isoSeconds, Refusal } from '@muster/kernel';
import { eventually, USER_UIN } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import {
  come,
  deleteInvokers,
  EVERY_MINUTE,
  firedRun,
  goTo,
  HOUR,
  HOURLY,
  invokerOf,
  invokersOf,
  MINUTE,
  makeInvoker,
  nextOf,
  outcomesOf,
  recordsOf,
  saveCommand,
  untilRecord,
} from './invokers.ts';
import { bytes, type Fixture, finish, startFixture, startOn, tasksOf } from './runs-fixture.ts';

const { STARTED, MISSED, REFUSED } = InvokerOutcome;

let service: Fixture;
let agent: FakeAgent;
beforeAll(async () => {
  service = await startFixture({ offlineAfterSeconds: 86_400 * 365 });
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(async () => {
  agent = await service.agent();
});
afterEach(async () => {
  await agent[Symbol.asyncDispose]();
  service.iam.decide = () => true;
  service.delegations.refusal = undefined;
  await deleteInvokers(service);
});

describe('a slot that comes', () => {
  it('runs the command with the user and the parameters of the invoker', async () => {
    const commandId = saveCommand(service, { content: bytes('echo {{who}}'), enableParameter: true });
    const invokerId = await makeInvoker(service, [agent], { commandId, parameters: '{"who":"me"}', username: 'www' });
    const slot = await nextOf(service, invokerId);
    goTo(service, slot);
    const { invocationId } = await untilRecord(service, invokerId, { slot, outcome: STARTED });
    const task = await startOn(agent);
    expect(new TextDecoder().decode(task.content)).toBe('echo me');
    expect(task.username).toBe('www');
    await finish(agent, task);
    const { invocationSet } = await service.runs().describeInvocations({
      filters: [{ name: 'invoker-id', values: [invokerId] }],
    });
    const invocationSource = InvocationSource.INVOKER;
    expect(invocationSet).toMatchObject([{ invocationId, invokerId, invocationSource, commandId }]);
    const [record] = await recordsOf(service, invokerId);
    expect(record).toMatchObject({
      ...{ invokerId, invocationId, outcome: STARTED, reason: 'start an invocation at scheduled time.' },
      result: InvocationStatus.SUCCESS,
    });
    expect(timestampMs(record!.scheduledTime!)).toBe(slot);
    expect(timestampMs(record!.invokeTime!)).toBeGreaterThanOrEqual(slot);
    expect(await nextOf(service, invokerId)).toBe(slot + HOUR);
  });

  it('is the only one of ONCE, which is switched off by it', async () => {
    const invokeTime = isoSeconds(Date.now() + service.clock.ahead + HOUR);
    const scheduleSettings = { policy: SchedulePolicy.ONCE, invokeTime };
    const invokerId = await makeInvoker(service, [agent], { scheduleSettings });
    expect((await invokerOf(service, invokerId)).scheduleSettings).toMatchObject({ invokeTime });
    await finish(agent, (await firedRun(service, invokerId, agent)).task);
    const after = await invokerOf(service, invokerId);
    expect(after).toMatchObject({ enable: false, nextInvokeTimes: [], scheduleSettings: { invokeTime: '' } });
    goTo(service, Date.parse(invokeTime) + 2 * HOUR);
    expect(await outcomesOf(service, invokerId)).toEqual([STARTED]);
  });

  it('is decided as InvokeCommand on command and machines, for its maker, from no address', async () => {
    const invokerId = await makeInvoker(service, [agent], {}, 'user');
    const { commandId } = await invokerOf(service, invokerId);
    service.iam.questions.length = 0;
    const { invocationId, task } = await firedRun(service, invokerId, agent);
    await finish(agent, task);
    const asked = service.iam.questions.filter(({ action }) => action === 'tat:InvokeCommand');
    expect(asked).toMatchObject([
      {
        context: { credential: 'user', peerAddress: '' },
        resources: [
          { resource: `qcs::tat:ap-guangzhou::command/${commandId}` },
          { resource: `qcs::cvm:ap-guangzhou::instance/${agent.instanceId}` },
        ],
      },
    ]);
    const { invocationSet } = await service.runs().describeInvocations({ invocationIds: [invocationId] });
    expect(invocationSet[0]!.uin).toBe(USER_UIN);
  });

  it('takes hidden parameters to the machine, and shows them to nobody', async () => {
    const commandId = saveCommand(service, { content: bytes('login {{tat-hidden:key}}'), enableParameter: true });
    const invokerId = await makeInvoker(service, [agent], { commandId, parameters: '{"key":"s3cret"}' });
    expect((await invokerOf(service, invokerId)).parameters).toBe('{"key":"******"}');
    const { invocationId, task } = await firedRun(service, invokerId, agent);
    expect(new TextDecoder().decode(task.content)).toBe('login s3cret');
    await finish(agent, task);
    const { invocationSet } = await service.runs().describeInvocations({ invocationIds: [invocationId] });
    expect(invocationSet[0]!.parameters).toBe('{"key":"******"}');
  });

  it('finds the machines that a selector fits then', async () => {
    const selector = { tags: [{ key: 'role', values: ['web'] }] };
    const tags = [{ key: 'role', value: 'web' }];
    const instances = service.client(InstanceService, 'root');
    await instances.tagInstances({ instanceIds: [agent.instanceId], tags });
    const invokerId = await makeInvoker(service, [], { selector });
    await using late = await service.agent();
    await instances.tagInstances({ instanceIds: [late.instanceId], tags });
    const { invocationId, task } = await firedRun(service, invokerId, agent);
    const machines = (await tasksOf(service, invocationId)).map(({ instanceId }) => instanceId);
    expect(new Set(machines)).toEqual(new Set([agent.instanceId, late.instanceId]));
    await finish(agent, task);
    await finish(late, await startOn(late));
  });

  it('F24: is fired no second time when the clock goes back', async () => {
    const invokerId = await makeInvoker(service, [agent], { scheduleSettings: EVERY_MINUTE });
    const { slot, task } = await firedRun(service, invokerId, agent);
    await finish(agent, task);
    goTo(service, slot - 3 * MINUTE);
    await invokersOf(service).disableInvoker({ invokerId });
    await invokersOf(service).enableInvoker({ invokerId });
    for (let again = slot - 2 * MINUTE; again < slot; again += MINUTE) {
      goTo(service, again);
      await untilRecord(service, invokerId, { slot: again, outcome: STARTED });
      await finish(agent, await startOn(agent));
    }
    goTo(service, slot);
    await eventually('the slot was passed over', async () => (await nextOf(service, invokerId)) > slot || undefined);
    expect(await outcomesOf(service, invokerId)).toEqual([STARTED, STARTED, STARTED]);
  });
});

describe('machines that are absent at a firing', () => {
  it('end DELIVER_FAILED at the delivery deadline, unless the invoker says otherwise', async () => {
    const gone = await service.agent();
    const invokers = await Promise.all(
      [OfflinePolicy.UNSPECIFIED, OfflinePolicy.REFUSE, OfflinePolicy.SKIP, OfflinePolicy.RUN_ON_RETURN].map(
        (offlinePolicy) => makeInvoker(service, [agent, gone], { offlinePolicy }),
      ),
    );
    const [byDefault, refuse, skip, wait] = invokers as [string, string, string, string];
    await gone[Symbol.asyncDispose]();
    await eventually('offline', async () => {
      const asked = { instanceIds: [gone.instanceId] };
      const { automationAgentSet } = await service.instances().describeAutomationAgentStatus(asked);
      return automationAgentSet[0]!.agentStatus === AgentStatus.OFFLINE || undefined;
    });
    const slot = await come(service, byDefault);
    const runOf = async (invokerId: string) =>
      (await untilRecord(service, invokerId, { slot, outcome: STARTED })).invocationId;
    const { reason } = await untilRecord(service, refuse, { slot, outcome: REFUSED });
    expect(reason).toMatch(/^ResourceUnavailable.AgentStatusNotOnline: .*`ins-/);
    expect(await tasksOf(service, await runOf(skip))).toHaveLength(1);
    for (let runs = 0; runs < 3; runs++) await finish(agent, await startOn(agent));
    const failed = await runOf(byDefault);
    const waits = await runOf(wait);
    service.clock.ahead += 61_000;
    await eventually('the deadline', async () => {
      const tasks = await tasksOf(service, failed);
      return tasks.some(({ taskStatus }) => taskStatus === TaskStatus.DELIVER_FAILED) || undefined;
    });
    const statuses = (await tasksOf(service, waits)).map(({ taskStatus }) => taskStatus);
    expect(new Set(statuses)).toEqual(new Set([TaskStatus.PENDING, TaskStatus.SUCCESS]));
    await service.runs().cancelInvocation({ invocationId: waits });
  });
});

describe('F40, T28: a firing that is refused', () => {
  it.each<[string, (invokerId: string) => unknown, RegExp]>([
    [
      'the maker may not invoke any more',
      () => {
        service.iam.decide = (action) => action !== 'tat:InvokeCommand';
      },
      /^UnauthorizedOperation.CamAuthFailed: .*tat:InvokeCommand/,
    ],
    [
      'the maker is gone',
      () => service.delegations.given.clear(),
      /^AuthFailure.TokenFailure: the delegation has ended/,
    ],
    [
      'the command is gone',
      async (invokerId) => service.library.commands.delete((await invokerOf(service, invokerId)).commandId),
      /^ResourceNotFound.CommandNotFound: no command `cmd-/,
    ],
    [
      'the command has a parameter now that nobody gives',
      async (invokerId) => {
        const { commandId } = await invokerOf(service, invokerId);
        saveCommand(service, { commandId, content: bytes('{{more}}'), enableParameter: true });
      },
      /^InvalidParameterValue.LackOfParameterInfo: .*`more`/,
    ],
  ])('is on record when %s, and the next one is tried again', async (_what, change, reason) => {
    const invokerId = await makeInvoker(service, [agent]);
    await change(invokerId);
    const slot = await come(service, invokerId);
    const record = await untilRecord(service, invokerId, { slot, outcome: REFUSED });
    expect(record.reason).toMatch(reason);
    expect(record).toMatchObject({ invocationId: '', result: InvocationStatus.UNSPECIFIED });
    expect(await nextOf(service, invokerId)).toBe(slot + HOUR);
  });

  it('is on record when its machine is gone', async () => {
    const removed = await service.agent();
    const invokerId = await makeInvoker(service, [removed]);
    await service.instances().deleteRegisterInstance({ instanceId: removed.instanceId });
    await removed[Symbol.asyncDispose]();
    const slot = await come(service, invokerId);
    const { reason } = await untilRecord(service, invokerId, { slot, outcome: REFUSED });
    expect(reason).toBe(`ResourceNotFound.InstanceNotFound: no instance \`${removed.instanceId}\``);
  });

  it('is none while nobody answers: it is tried until it is too late, then it was missed', async () => {
    service.delegations.refusal = new Refusal('unavailable', 'ServiceUnavailable', 'iam-svc did not answer');
    const invokerId = await makeInvoker(service, [agent]);
    const slot = await come(service, invokerId);
    await eventually('claimed', async () => (await nextOf(service, invokerId)) > slot || undefined);
    expect(await outcomesOf(service, invokerId)).toEqual([]);
    service.delegations.refusal = undefined;
    service.clock.ahead += 10_000;
    await untilRecord(service, invokerId, { slot, outcome: STARTED });
    await finish(agent, await startOn(agent));

    service.delegations.refusal = new Refusal('unavailable', 'ServiceUnavailable', 'iam-svc did not answer');
    const late = await come(service, invokerId);
    await eventually('claimed', async () => (await nextOf(service, invokerId)) > late || undefined);
    service.clock.ahead += MINUTE;
    const { reason } = await untilRecord(service, invokerId, { slot: late, outcome: MISSED });
    expect(reason).toBe('could not be fired in time: ServiceUnavailable: iam-svc did not answer');
  });
});

describe('F42: slots that nobody could fire', () => {
  const away = async (until: (slot: number) => number, invokerId: string) => {
    const slot = await nextOf(service, invokerId);
    await service.stop();
    goTo(service, until(slot));
    await service.resume();
    return slot;
  };

  it('are recorded as missed, and the newest fires when it is still on time', async () => {
    const invokerId = await makeInvoker(service, [agent]);
    const slot = await away((first) => first + 2 * HOUR + 30_000, invokerId);
    await untilRecord(service, invokerId, { slot: slot + 2 * HOUR, outcome: STARTED });
    const records = await recordsOf(service, invokerId);
    expect(records.map((one) => [timestampMs(one.scheduledTime!) - slot, one.outcome])).toEqual([
      [2 * HOUR, STARTED],
      [HOUR, MISSED],
      [0, MISSED],
    ]);
    await agent.hello();
    await finish(agent, await startOn(agent));
  });

  it('are all missed by SKIP, also when only the clock goes on', async () => {
    const invokerId = await makeInvoker(service, [agent]);
    const slot = await nextOf(service, invokerId);
    goTo(service, slot + HOUR + 30 * MINUTE);
    await untilRecord(service, invokerId, { slot, outcome: MISSED });
    expect(await outcomesOf(service, invokerId)).toEqual([MISSED, MISSED]);
    expect(await nextOf(service, invokerId)).toBe(slot + 2 * HOUR);
  });

  it.each([
    [30 * MINUTE, STARTED],
    [HOUR - MINUTE, MISSED],
  ])('by RUN_ONE: %i ms late is %i', async (late, outcome) => {
    const missedRun = { missedRunPolicy: MissedRunPolicy.RUN_ONE, missedRunWindow: 1_800 + 60 };
    const invokerId = await makeInvoker(service, [agent], { scheduleSettings: { ...HOURLY, ...missedRun } });
    const slot = await away((first) => first + 3 * HOUR + late, invokerId);
    const record = await untilRecord(service, invokerId, { slot: slot + 3 * HOUR, outcome });
    expect(await outcomesOf(service, invokerId)).toEqual([outcome, MISSED, MISSED, MISSED]);
    if (outcome !== STARTED) return;
    expect(record.reason).toBe(`start an invocation 30 minutes late: nobody could at ${isoSeconds(slot + 3 * HOUR)}.`);
    await agent.hello();
    await finish(agent, await startOn(agent));
  });

  it('F44: are a hundred records at most, the oldest of which stands for the rest', async () => {
    const invokerId = await makeInvoker(service, [agent], { scheduleSettings: EVERY_MINUTE });
    const slot = await away((first) => first + 30 * 24 * HOUR + 30_000, invokerId);
    await untilRecord(service, invokerId, { slot: slot + 30 * 24 * HOUR, outcome: STARTED });
    const page = await invokersOf(service).describeInvokerRecords({ invokerIds: [invokerId], offset: 99, limit: 100 });
    expect(page.totalCount).toBe(101);
    const [before, oldest] = page.invokerRecordSet;
    expect(timestampMs(oldest!.scheduledTime!)).toBe(slot);
    const until = isoSeconds(timestampMs(before!.scheduledTime!));
    expect(oldest!.reason).toBe(`nobody could fire it in time, nor any after it before ${until}`);
    await agent.hello();
    await finish(agent, await startOn(agent));
  });

  it('of ONCE switch it off', async () => {
    const invokeTime = isoSeconds(Date.now() + service.clock.ahead + HOUR);
    const scheduleSettings = { policy: SchedulePolicy.ONCE, invokeTime };
    const invokerId = await makeInvoker(service, [agent], { scheduleSettings });
    await away((slot) => slot + HOUR, invokerId);
    await untilRecord(service, invokerId, { slot: Date.parse(invokeTime), outcome: MISSED });
    expect(await invokerOf(service, invokerId)).toMatchObject({ enable: false });
  });
});
