import { connectBus, newUserKey, seedOf, subjects } from '@muster/bus';
import { InvocationStatus, TaskStatus } from '@muster/contract';
import {
  ACCOUNT_UIN,
  eventually,
  type NatsServer,
  silentLogger,
  startNatsServer,
  tempDirectory,
} from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFakeAgent, type FakeAgent, type Machine, registerMachine, renewal } from './fake-agent.ts';
import { type Fixture as MachinesFixture, refusalOf, startFixture as startMachines } from './machines-fixture.ts';
import { type Fixture, run, startFixture, startOn, tasksOf } from './runs-fixture.ts';

const OTHER_ACCOUNT = 'root@100000000099';

/** Resolves when the bus has turned the machine away; fails when it lets it in. */
async function turnedAway({ instanceId, key, credentials }: Machine): Promise<void> {
  const connecting = connectBus({
    servers: credentials.servers,
    identity: () => ({ jwt: credentials.jwt, seed: seedOf(key) }),
    name: instanceId,
    inboxPrefix: subjects.agentInbox(instanceId),
    logger: silentLogger,
    reconnectDelay: () => 20,
  });
  await expect(connecting).rejects.toThrow(/authorization violation/i);
}

/** Resolves when the agent has given up its connection for good. */
async function cutOff(agent: FakeAgent): Promise<void> {
  expect(String(await agent.bus.connection.closed())).toMatch(/auth/i);
}

describe('F41: removing a machine', () => {
  let service: MachinesFixture;
  beforeAll(async () => {
    service = await startMachines();
  });
  afterAll(() => service[Symbol.asyncDispose]());
  const remove = (instanceId: string) => service.instances().deleteRegisterInstance({ instanceId });
  const machine = async (as = 'root') =>
    registerMachine(service.enrollment, await service.instances(as).createRegisterCode({}));

  it('ends its connection and turns it away from then on, and nobody else', async () => {
    const [gone, sibling, stranger] = [await machine(), await machine(), await machine(OTHER_ACCOUNT)];
    await using agent = await connectFakeAgent(gone);
    await using stays = await connectFakeAgent(sibling);
    await using foreign = await connectFakeAgent(stranger);
    const others = [stays, foreign];
    for (const each of [agent, ...others]) await each.hello();
    const connections = others.map(({ bus }) => bus.connection.info?.client_id);

    await remove(gone.instanceId);
    await cutOff(agent);
    await turnedAway(gone);
    for (const each of others) await each.hello();
    expect(others.map(({ bus }) => bus.connection.info?.client_id)).toEqual(connections);
  });

  it('cuts off a machine that registered in the same second', async () => {
    const gone = await machine();
    await using agent = await connectFakeAgent(gone);
    await remove(gone.instanceId);
    await cutOff(agent);
  });

  it('makes its identity unknown: no new credentials, no second registration with its key', async () => {
    const gone = await machine();
    await remove(gone.instanceId);
    const renewing = service.enrollment.renewCredentials(renewal(gone, BigInt(Date.now())));
    expect((await refusalOf(renewing)).reason).toBe('AuthFailure');
    const code = await service.instances().createRegisterCode({});
    const again = await refusalOf(registerMachine(service.enrollment, code, {}, gone.key));
    expect(again).toMatchObject({ reason: 'InvalidParameterValue', details: { field: 'PublicKey' } });
    const anew = await registerMachine(service.enrollment, code, {}, newUserKey());
    expect(anew.instanceId).not.toBe(gone.instanceId);
    await using agent = await connectFakeAgent(anew);
    expect((await agent.hello()).epoch).toBe(1n);
  });

  it('meets credentials that were on their way to it', async () => {
    const gone = await machine();
    await remove(gone.instanceId);
    const owner = { accountUin: ACCOUNT_UIN, publicKey: gone.key.getPublicKey() };
    const late = await service.tenants.agentCredentials({ ...gone, ...owner });
    await turnedAway({ ...gone, credentials: { ...gone.credentials, jwt: late.jwt } });
  });

  it('takes its tags along and is told of in an event, with who did it', async () => {
    const code = await service.instances().createRegisterCode({ tags: [{ key: 'a', value: '1' }] });
    const { instanceId } = await registerMachine(service.enrollment, code);
    const tags = () =>
      service.db.selectFrom('instance_tag').select('tag_key').where('resource_id', '=', instanceId).execute();
    expect(await tags()).toHaveLength(1);
    await remove(instanceId);
    expect(await tags()).toEqual([]);
    const told = await eventually('the event', () =>
      service.events.find(({ body }) => body.case === 'instanceRemoved' && body.value.instanceId === instanceId),
    );
    expect(told).toMatchObject({ accountUin: ACCOUNT_UIN, uin: ACCOUNT_UIN });
  });

  it('is done once for a client token', async () => {
    const gone = await machine();
    const request = { instanceId: gone.instanceId, clientToken: 'remove-1' };
    await service.instances().deleteRegisterInstance(request);
    await service.instances().deleteRegisterInstance(request);
    expect((await refusalOf(remove(gone.instanceId))).reason).toBe('ResourceNotFound.RegisterInstanceNotFoundCode');
  });

  it('has nothing to do with its code: disabled or deleted, that one leaves its machines alone', async () => {
    const code = await service.instances().createRegisterCode({});
    const member = await registerMachine(service.enrollment, code);
    await using agent = await connectFakeAgent(member);
    await agent.hello();
    const registerCodeIds = [code.registerCodeId];
    await service.instances().disableRegisterCodes({ registerCodeIds });
    await service.instances().deleteRegisterCodes({ registerCodeIds });
    expect((await agent.hello()).epoch).toBe(2n);
    const { credentials } = await service.enrollment.renewCredentials(renewal(member, BigInt(Date.now())));
    await using again = await connectFakeAgent({ ...member, credentials: credentials! });
    expect((await again.hello()).epoch).toBe(3n);
  });
});

it('F41: is kept up by a bus and a service that start anew, and made up for by a bus that was away', async () => {
  using folder = tempDirectory('muster-nats-');
  let nats: NatsServer = await startNatsServer({ directory: folder.path });
  const port = Number(new URL(nats.url).port);
  const restartBus = async () => {
    await nats.kill();
    nats = await startNatsServer({ directory: folder.path, port });
  };
  try {
    await using service = await startFixture({}, nats);
    const [early, late, stays] = [await service.machine(), await service.machine(), await service.machine()];
    await service.instances().deleteRegisterInstance({ instanceId: early.instanceId });
    await restartBus();
    await turnedAway(early);
    await service.stop();
    await restartBus();
    await service.resume();
    await turnedAway(early);

    await nats.kill();
    const removing = service.instances().deleteRegisterInstance({ instanceId: late.instanceId });
    nats = await startNatsServer({ directory: folder.path, port });
    await removing;
    await eventually('the bus to turn the machine away', () =>
      turnedAway(late).then(
        () => true,
        () => false,
      ),
    );
    await using agent = await connectFakeAgent(stays);
    expect((await agent.hello()).epoch).toBe(1n);
  } finally {
    await nats[Symbol.asyncDispose]();
  }
});

describe('F41: the tasks of a machine that is removed', () => {
  let service: Fixture;
  beforeAll(async () => {
    service = await startFixture();
  });
  afterAll(() => service[Symbol.asyncDispose]());

  it('end: those that started as failed, the others as not delivered; the history stays', async () => {
    const [agent, other] = [await service.agent(), await service.agent()];
    const running = await run(service, [agent, other]);
    await startOn(agent);
    const cancelling = await run(service, [agent]);
    await startOn(agent, 'claim-2');
    await service.runs().cancelInvocation({ invocationId: cancelling });
    const waiting = await run(service, [agent]);
    await agent.tasks.next();

    await service.instances().deleteRegisterInstance({ instanceId: agent.instanceId });
    const ends = async (invocationId: string) => {
      const tasks = await tasksOf(service, invocationId);
      const { taskStatus, errorInfo } = tasks.find(({ instanceId }) => instanceId === agent.instanceId)!;
      return [taskStatus, errorInfo];
    };
    expect(await ends(running)).toEqual([TaskStatus.FAILED, 'the machine was removed while it ran']);
    expect(await ends(cancelling)).toEqual([TaskStatus.FAILED, 'the machine was removed while it ran']);
    expect(await ends(waiting)).toEqual([TaskStatus.DELIVER_FAILED, 'the machine was removed before it started']);
    const { invocationSet } = await service.runs().describeInvocations({ invocationIds: [cancelling] });
    expect(invocationSet[0]?.invocationStatus).toBe(InvocationStatus.FAILED);
    const others = (await tasksOf(service, running)).find(({ instanceId }) => instanceId === other.instanceId)!;
    expect([TaskStatus.PENDING, TaskStatus.DELIVERING]).toContain(others.taskStatus);
  });
});
