import { timestampMs } from '@bufbuild/protobuf/wkt';
import { eventually } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLONE_NOTICE_AGAIN_MS } from '../src/domain/clone.ts';
import { connectFakeAgent, type FakeAgent, type Machine, registerMachine } from './fake-agent.ts';
import { type Fixture, startFixture } from './machines-fixture.ts';

let service: Fixture;
let machine: Machine;
let agents: AsyncDisposableStack;
let bystander: FakeAgent;

beforeAll(async () => {
  service = await startFixture();
  bystander = await connectFakeAgent(await register());
  await bystander.hello();
});
afterAll(async () => {
  await bystander[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});
beforeEach(async () => {
  service.clock.ahead = 0;
  agents = new AsyncDisposableStack();
  machine = await register();
});
afterEach(() => agents.disposeAsync());

const register = async () => registerMachine(service.enrollment, await service.instances().createRegisterCode({}));
const connect = async () => agents.use(await connectFakeAgent(machine));
const info = async () => {
  const request = { instanceIds: [machine.instanceId] };
  const { automationAgentSet } = await service.instances().describeAutomationAgentStatus(request);
  return automationAgentSet[0]!;
};
const noticedAt = async () => {
  const { cloneNoticedTime } = await info();
  return cloneNoticedTime && timestampMs(cloneNoticedTime);
};
const signs = () =>
  service.events.flatMap(({ body }) =>
    body.case === 'instanceCloneNoticed' && body.value.instanceId === machine.instanceId ? [body.value.sign] : [],
  );

/** Has every heartbeat said so far judged: they are heard in the order in which they arrive. */
async function judged(...speakers: FakeAgent[]): Promise<void> {
  for (const { bus } of speakers) await bus.flush();
  const { instanceId } = bystander;
  const heardAt = async () => {
    const row = await service.db
      .selectFrom('instance')
      .select('last_heartbeat_at')
      .where('instance_id', '=', instanceId)
      .executeTakeFirstOrThrow();
    return row.last_heartbeat_at;
  };
  service.clock.ahead += 1;
  const before = await heardAt();
  bystander.heartbeat();
  await eventually('the bystander to be heard', async () => (await heardAt()) !== before);
}

/** One session of an agent that has been heard in it. */
async function heard(agent: FakeAgent, says: Parameters<FakeAgent['hello']>[0] = {}): Promise<void> {
  await agent.hello(says);
  service.clock.ahead += 10_000;
  agent.heartbeat();
  await judged(agent);
}

describe('a machine alone', () => {
  it('is no clone after a reboot', async () => {
    await heard(await connect(), { machineId: 'm1', bootId: 'b1' });
    await heard(await connect(), { machineId: 'm1', bootId: 'b2' });
    expect(await noticedAt()).toBeUndefined();
  });

  it('is no clone after a restart of its agent, with new data or old', async () => {
    await heard(await connect(), { machineId: 'm1', journalId: 'j1' });
    await heard(await connect(), { machineId: 'm1', journalId: 'j1' });
    await heard(await connect(), { machineId: 'm1', journalId: 'j2' });
    expect(await noticedAt()).toBeUndefined();
  });

  it('is no clone when it did not hear the answer to its hello and goes on in its old session', async () => {
    const agent = await connect();
    await heard(agent, { machineId: 'm1' });
    const old = agent.epoch;
    await agent.hello({ machineId: 'm1' });
    agent.heartbeat(old);
    agent.heartbeat(old);
    await heard(agent, { machineId: 'm1' });
    expect(await noticedAt()).toBeUndefined();
  });

  it('is no clone when an agent that says no machine id becomes one that does', async () => {
    await heard(await connect(), { machineId: '' });
    await heard(await connect(), { machineId: 'm1' });
    await heard(await connect(), { machineId: '' });
    await heard(await connect(), { machineId: 'm1' });
    expect(await noticedAt()).toBe(undefined);
  });
});

describe('two machines with one identity', () => {
  it('are noticed by their machine ids, the newest session wins, and the clone shows in both lists', async () => {
    await heard(await connect(), { machineId: 'm1' });
    service.clock.ahead += 5_000;
    await (await connect()).hello({ machineId: 'm2' });
    expect(await noticedAt()).toBeGreaterThan(0);
    const { registerInstanceSet } = await service
      .instances()
      .describeRegisterInstances({ instanceIds: [machine.instanceId] });
    expect(registerInstanceSet[0]).toMatchObject({
      machineId: 'm2',
      cloneNoticedTime: (await info()).cloneNoticedTime,
    });
    await expect.poll(signs).toEqual(['MACHINE_CHANGED']);
  });

  it('are noticed by the old session that is still heard, where everything else is a copy too', async () => {
    const original = await connect();
    await heard(original, { machineId: 'm1' });
    const copy = await connect();
    await heard(copy, { machineId: 'm1' });
    expect(await noticedAt()).toBeUndefined();
    original.heartbeat();
    await judged(original);
    expect(await noticedAt()).toBeGreaterThan(0);
    await expect.poll(signs).toEqual(['OLD_SESSION_HEARD']);
  });

  it('are told of once in a while, not with every word', async () => {
    const [original, copy] = [await connect(), await connect()];
    await heard(original, { machineId: 'm1' });
    await heard(copy, { machineId: 'm2' });
    const first = await noticedAt();
    original.heartbeat();
    await judged(original);
    await heard(original, { machineId: 'm1' });
    expect(await noticedAt()).toBe(first);
    service.clock.ahead += CLONE_NOTICE_AGAIN_MS;
    await heard(copy, { machineId: 'm2' });
    expect(await noticedAt()).toBeGreaterThan(first!);
    await expect.poll(signs).toHaveLength(2);
  });
});
