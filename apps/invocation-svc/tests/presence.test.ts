import { connectBus, NoAnswer, newUserKey, seedOf, subjects } from '@muster/bus';
import { AgentStatus, HelloReplySchema, HelloSchema, InstanceKind, Verdict } from '@muster/contract';
import { eventually, silentLogger } from '@muster/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectFakeAgent, type FakeAgent, type Machine, registerMachine } from './fake-agent.ts';
import { type Fixture, startFixture } from './machines-fixture.ts';

let service: Fixture;
let machine: Machine;
let agents: AsyncDisposableStack;

beforeEach(async () => {
  service = await startFixture({ offlineAfterSeconds: 30 });
  agents = new AsyncDisposableStack();
  machine = await register();
});
afterEach(async () => {
  await agents.disposeAsync();
  await service[Symbol.asyncDispose]();
});

const connect = async (as: Machine = machine): Promise<FakeAgent> => agents.use(await connectFakeAgent(as));
const register = async () =>
  registerMachine(service.enrollment, await service.instances().createRegisterCode({ instanceKind: InstanceKind.CVM }));
const info = async (instanceId = machine.instanceId) =>
  (await service.instances().describeAutomationAgentStatus({ instanceIds: [instanceId] })).automationAgentSet[0]!;
const status = async (instanceId = machine.instanceId) => (await info(instanceId)).agentStatus;
const until = (wanted: AgentStatus, instanceId = machine.instanceId) =>
  eventually(`the status of ${instanceId} to be ${wanted}`, async () => (await status(instanceId)) === wanted);
const presenceEvents = () =>
  service.events.flatMap(({ body }) => (body.case === 'instancePresenceChanged' ? [body.value.online] : []));

describe('hello', () => {
  it('makes a machine online, with what it says of itself', async () => {
    expect(await status()).toBe(AgentStatus.OFFLINE);
    const agent = await connect();
    const reply = await agent.hello({
      agentVersion: '9.9',
      hostName: 'renamed',
      supportFeatures: ['SHELL', 'TIME_TRAVEL'],
    });
    expect(reply.heartbeatSeconds).toBe(10);
    expect(Math.abs(Number(reply.nowMs) - Date.now())).toBeLessThan(5_000);
    expect(await info()).toMatchObject({
      agentStatus: AgentStatus.ONLINE,
      version: '9.9',
      hostName: 'renamed',
      environment: 'Linux',
      supportFeatures: ['SHELL'],
    });
    await expect.poll(presenceEvents).toEqual([true]);
    expect(service.tasks.sessions.map(({ instanceId, epoch, online }) => ({ instanceId, epoch, online }))).toEqual([
      { instanceId: machine.instanceId, epoch: 1n, online: true },
    ]);
  });

  it('raises the epoch by one each time, also for connections of the same machine at the same time', async () => {
    const [one, two] = [await connect(), await connect()];
    const epochs = await Promise.all([one, two, one, two].map(async (agent) => (await agent.hello()).epoch));
    expect(epochs.sort()).toEqual([1n, 2n, 3n, 4n]);
  });

  it('brings back the verdicts on the tasks that the machine holds', async () => {
    const agent = await connect();
    service.tasks.reconcile = () => [{ invocationTaskId: 'invt-1', verdict: Verdict.FORGET } as never];
    const reply = await agent.hello({ held: [{ invocationTaskId: 'invt-1', state: 3 }] });
    expect(reply.verdicts).toMatchObject([{ invocationTaskId: 'invt-1', verdict: Verdict.FORGET }]);
    expect(service.tasks.holdings).toMatchObject([
      { instanceId: machine.instanceId, journalIsNew: false, held: [{ invocationTaskId: 'invt-1' }] },
    ]);
  });

  it('notices that the journal is another one', async () => {
    const agent = await connect();
    for (const journalId of ['journal-1', 'journal-1', 'journal-2']) await agent.hello({ journalId });
    expect(service.tasks.holdings.map(({ journalIsNew }) => journalIsNew)).toEqual([false, false, true]);
  });

  it('leaves nothing behind when its tasks cannot be judged', async () => {
    const agent = await connect();
    service.tasks.reconcile = () => {
      throw new Error('cannot judge');
    };
    const answer = agent.bus.request(
      subjects.agentUp(machine.instanceId, 'hello'),
      { schema: HelloSchema, message: { hostName: 'h', systemName: 'Linux', journalId: 'j' } },
      HelloReplySchema,
      300,
    );
    await expect(answer).rejects.toThrow(NoAnswer);
    expect(await status()).toBe(AgentStatus.OFFLINE);
    service.tasks.reconcile = () => [];
    expect((await agent.hello()).epoch).toBe(1n);
    expect(service.tasks.holdings.at(-1)!.journalIsNew).toBe(false);
  });

  it('is not answered for the same instance id in another account', async () => {
    const stranger = { accountUin: '100000000099', instanceId: machine.instanceId };
    await service.tenants.ensure(stranger.accountUin);
    const key = newUserKey();
    const { jwt } = await service.tenants.agentCredentials({ ...stranger, publicKey: key.getPublicKey() });
    await using bus = await connectBus({
      servers: [service.nats.url],
      identity: () => ({ jwt, seed: seedOf(key) }),
      name: 'stranger',
      inboxPrefix: subjects.agentInbox(machine.instanceId),
      logger: silentLogger,
    });
    const message = { hostName: 'h', systemName: 'Linux', journalId: 'j' };
    const hello = bus.request(
      subjects.agentUp(machine.instanceId, 'hello'),
      { schema: HelloSchema, message },
      HelloReplySchema,
      300,
    );
    await expect(hello).rejects.toThrow(NoAnswer);
    expect(await status()).toBe(AgentStatus.OFFLINE);
  });
});

describe('a machine that goes away', () => {
  it('is offline as soon as its connection ends, long before its silence would tell', async () => {
    const agent = await connect();
    await agent.hello();
    expect(await status()).toBe(AgentStatus.ONLINE);
    const began = performance.now();
    await agent[Symbol.asyncDispose]();
    await until(AgentStatus.OFFLINE);
    expect(performance.now() - began).toBeLessThan(5_000);
    await expect.poll(presenceEvents).toEqual([true, false]);
  });

  it('stays online when only an older connection of it ends, and is asked to say hello again', async () => {
    const older = await connect();
    await older.hello();
    const newer = await connect();
    await newer.hello();
    await older[Symbol.asyncDispose]();
    await newer.syncs.next();
    expect(await status()).toBe(AgentStatus.ONLINE);
    expect((await newer.hello()).epoch).toBe(3n);
  });

  it('is offline once it has been silent for too long, and online with the next heartbeat', async () => {
    const agent = await connect();
    await agent.hello();
    service.clock.ahead = 31_000;
    await until(AgentStatus.OFFLINE);
    agent.heartbeat();
    await until(AgentStatus.ONLINE);
    await expect.poll(presenceEvents).toEqual([true, false, true]);
    await expect.poll(() => service.tasks.sessions.length).toBe(2);
  });

  it('is not kept online by an older session: that one is a clone', async () => {
    const bystander = await connect(await register());
    await bystander.hello();
    const original = await connect();
    await original.hello();
    const clone = await connect();
    await clone.hello();
    service.clock.ahead = 31_000;
    await until(AgentStatus.OFFLINE);
    original.heartbeat();
    await original.bus.flush();
    // heartbeats are heard in the order they arrive: when this one has counted, the one before did not
    bystander.heartbeat();
    await until(AgentStatus.ONLINE, bystander.instanceId);
    expect(await status()).toBe(AgentStatus.OFFLINE);
    clone.heartbeat();
    await until(AgentStatus.ONLINE);
  });

  it('is back in its older session when the newest was lost unseen: it is asked to say hello', async () => {
    const original = await connect();
    await original.hello();
    const clone = await connect();
    await clone.hello();
    // from here on the clone is gone, and the service was not there to hear of the end of its connection
    original.heartbeat();
    service.clock.ahead = 31_000;
    await until(AgentStatus.OFFLINE);
    expect(original.syncs.waiting).toEqual([]);
    original.heartbeat();
    await original.syncs.next();
    expect((await original.hello()).epoch).toBe(3n);
    expect(await status()).toBe(AgentStatus.ONLINE);
  });
});
