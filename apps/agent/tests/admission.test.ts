import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { CancelOrderSchema, SignedTaskSchema } from '@muster/contract';
import { eventually, faultyLink } from '@muster/testkit';
import { describe, expect, it } from 'vitest';
import type { Agent } from '../src/agent.ts';
import type { DeliveryChanges, FakeTask } from './fake-service.ts';
import { greeted } from './fake-service.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const nothingHeld = () =>
  eventually('an empty journal', () => readdirSync(join(machine.dataDir, 'journal', 'tasks')).length === 0);
/** Appends a line to a file outside the journal for every start. */
const noting = (log: string) => `echo start >>${log}; cat ${log}`;

it('starts a task once however often its order arrives', async () => {
  const agent = await machine.agent();
  const log = join(machine.dataDir, 'log');
  const task = machine.run(`echo start >>${log}; sleep 0.3; cat ${log}`);
  for (let time = 0; time < 4; time++) machine.service.deliver(task);
  await eventually('refusals of what is known', () => agent.refused.known === 4);
  await task.result;
  expect(task.output.stdout.toString()).toBe('start\n');
  expect(new Set(task.starts.map(({ claim }) => claim)).size).toBe(1);
});

it('F6: starts every task once on a link that repeats each frame five times', async () => {
  const { service, identity, dataDir } = machine;
  await using link = await faultyLink({ to: new URL(service.nats.url).host });
  const credentials = { ...identity.credentials, servers: [`nats://${link.address}`] };
  link.filter(({ way, subject }) => (way === 'down' && subject.endsWith('.task') ? 5 : 1));
  const agent = await machine.agent({ identity: { ...identity, credentials } });
  const tasks = [1, 2, 3].map((number) => machine.run(noting(join(dataDir, `log-${number}`))));
  for (const task of tasks) {
    await task.result;
    expect(task.output.stdout.toString()).toBe('start\n');
    expect(new Set(task.starts.map(({ claim }) => claim)).size).toBe(1);
  }
  await eventually('twelve refusals', () => agent.refused.known + agent.refused.finished === 12);
});

it('F7: starts a task once when nothing that the agent says arrives after the order, and the order comes again', async () => {
  const { service, identity, dataDir } = machine;
  await using link = await faultyLink({ to: new URL(service.nats.url).host });
  const credentials = { ...identity.credentials, servers: [`nats://${link.address}`] };
  const agent = await machine.agent({ identity: { ...identity, credentials } });
  link.silence('up');
  const task = machine.run(noting(join(dataDir, 'log')));
  await eventually('the claim', () => readdirSync(join(dataDir, 'journal', 'tasks')).includes(task.id));
  for (let time = 1; time <= 5; time++) {
    service.deliver(task);
    await eventually(`refusal ${time}`, () => agent.refused.known === time);
  }
  expect(task.starts).toEqual([]);
  link.heal();
  await task.result;
  expect(task.output.stdout.toString()).toBe('start\n');
  expect(new Set(task.starts.map(({ claim }) => claim)).size).toBe(1);
});

const other = generateKeyPairSync('ed25519').privateKey;
it.each<[string, keyof Agent['refused'], DeliveryChanges]>([
  ['changed after it was signed', 'bad-signature', { tamper: true }],
  ['signed by somebody else under a known key id', 'bad-signature', { key: other }],
  ['signed with an unknown key', 'unknown-key', { key: other, keyId: 'k2' }],
  ['with a key id that every object has', 'unknown-key', { keyId: 'constructor' }],
  ['for another machine', 'foreign', { order: { instanceId: 'ins-12345678' } }],
  ['of another tenant', 'foreign', { order: { tenant: 'A' } }],
  ['for another session', 'stale-session', { order: { epoch: 7n } }],
  ['that has expired', 'expired', { order: { expiresMs: BigInt(Date.now() - 60_000) } }],
  ['with a path for an id', 'malformed', { order: { invocationTaskId: '../../etc' } }],
  ['with other content for a task that it has', 'known', { order: { content: Buffer.from('echo other') } }],
])('T7: refuses an order %s, and counts that once', async (_, reason, changes) => {
  const agent = await machine.agent();
  const mark = join(machine.dataDir, 'mark');
  // nothing is granted meanwhile, so the order itself stays unanswered
  machine.service.decideStart = () => (reason === 'known' ? 'silent' : false);
  const task = machine.run(`touch ${mark}`);
  await eventually('the question to start', () => task.starts.length === 1);
  machine.service.deliver(task, changes);
  await eventually(`a refusal as ${reason}`, () => agent.refused[reason] === 1);
  expect(Object.values(agent.refused).reduce((sum, count) => sum + count)).toBe(1);
  expect(new Set(task.starts.map(({ claim }) => claim)).size).toBe(1);
  expect(existsSync(mark)).toBe(false);
});

describe('T8: an order that was recorded and is sent again', () => {
  let frame: Uint8Array;
  const recorded = async (agent: Agent): Promise<FakeTask> => {
    const task = machine.run(`${noting(join(machine.dataDir, 'log'))}; ${machine.hold}`);
    await eventually('its start', () => task.output.stdout.length > 0);
    frame = machine.service.deliver(task);
    await eventually('the refusal of what runs', () => agent.refused.known === 1);
    machine.release();
    await task.result;
    await nothingHeld();
    return task;
  };

  it('is refused once the task is over', async () => {
    const agent = await machine.agent();
    const task = await recorded(agent);
    machine.service.inject(task.instanceId, 'task', frame);
    await eventually('the refusal', () => agent.refused.finished === 1);
    expect(task.output.stdout.toString()).toBe('start\n');
  });

  it('is refused in every later session, also when the list of what is over is gone or the journal is', async () => {
    const { dataDir, identity, service } = machine;
    {
      await using agent = await machine.agent();
      await recorded(agent);
    }
    for (const [gone, session] of [
      ['journal/finished', 2],
      ['journal', 3],
    ] as const) {
      rmSync(join(dataDir, gone), { recursive: true });
      await using agent = await machine.agent();
      await greeted(service, identity.instanceId, session);
      service.inject(identity.instanceId, 'task', frame);
      await eventually('the refusal', () => agent.refused['stale-session'] === 1);
    }
    const task = [...service.tasks.values()].at(-1)!;
    expect(new Set(task.starts.map(({ claim }) => claim)).size).toBe(1);
  });
});

describe('F46: messages that are poison', () => {
  const deep = Buffer.concat([Buffer.alloc(200_000, 0xa3), Buffer.alloc(200_000, 0xa4)]);
  const poison: readonly [string, Uint8Array][] = [
    ['malformed', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['huge', Buffer.alloc(900_000, 0x0a)],
    ['of a later version', Buffer.from([0x9b, 0x3e, 0x08])],
    ['nested deep', deep],
    ['text', Buffer.from('{"order":{}}')],
  ];

  it('are dropped and counted on every subject, and the agent works on', async () => {
    const agent = await machine.agent();
    const { instanceId } = machine.identity;
    for (const [, bytes] of poison) {
      for (const kind of ['task', 'cancel', 'fin', 'upgrade']) machine.service.inject(instanceId, kind, bytes);
    }
    machine.service.inject(instanceId, 'sync', poison[0]![1]);
    const { refused } = agent;
    // an order of which nothing is a fault of form has no known key
    await eventually('orders', () => refused.unparsable + refused['unknown-key'] === poison.length);
    // some of it passes for a message with fields that this version does not know, which is nobody's fault and does nothing
    await eventually('the others', () => refused['unreadable-message'] >= poison.length + 3);
    await machine.run('true').result;
  });

  it('do nothing when they are well formed and about tasks that there are not', async () => {
    const agent = await machine.agent();
    const { instanceId } = machine.identity;
    for (const invocationTaskId of ['invt-00000000', '', '../../etc/passwd', 'x'.repeat(100_000)]) {
      const order = toBinary(CancelOrderSchema, create(CancelOrderSchema, { invocationTaskId }));
      for (const kind of ['cancel', 'fin']) machine.service.inject(instanceId, kind, order);
    }
    const empty = toBinary(SignedTaskSchema, create(SignedTaskSchema, {}));
    machine.service.inject(instanceId, 'task', empty);
    await machine.run('true').result;
    expect(agent.refused['unknown-key']).toBe(1);
  });

  it('make no storm: asked to say hello a thousand times, it does so now and then', async () => {
    await machine.agent();
    const { instanceId } = machine.identity;
    const hellos = () => machine.service.hellos.filter((hello) => hello.instanceId === instanceId).length;
    for (let time = 0; time < 1_000; time++) machine.service.sync(instanceId);
    await eventually('another hello', () => hellos() > 1);
    const before = hellos();
    machine.service.sync(instanceId);
    await eventually('one for the last request, too', () => hellos() > before);
    expect(hellos()).toBeLessThan(6);
  });

  it('are told of with the next heartbeat', async () => {
    await machine.agent();
    const { instanceId } = machine.identity;
    for (const kind of ['cancel', 'fin', 'task']) machine.service.inject(instanceId, kind, poison[0]![1]);
    const told = () => machine.service.heartbeats.findLast((heartbeat) => heartbeat.instanceId === instanceId)?.guard;
    await eventually('the counts', () => Object.keys(told()?.refused ?? {}).length > 0);
    expect(told()?.refused).toEqual({ unparsable: 1n, 'unreadable-message': 2n });
  });
});

it('does nothing without leave: refused tasks are dropped, unanswered ones asked for again', async () => {
  await machine.agent();
  const mark = join(machine.dataDir, 'mark');
  machine.service.decideStart = () => false;
  const refused = machine.run(`touch ${mark}`);
  await eventually('the question', () => refused.starts.length === 1);
  await nothingHeld();

  machine.service.decideStart = () => 'silent';
  const unanswered = machine.run(`touch ${mark}; echo ran`);
  await eventually('the question', () => unanswered.starts.length === 1);
  expect(existsSync(mark)).toBe(false);

  machine.service.decideStart = () => true;
  machine.service.sync(machine.identity.instanceId);
  const hello = await greeted(machine.service, machine.identity.instanceId, 2);
  expect(hello.held.map(({ invocationTaskId }) => invocationTaskId)).toEqual([unanswered.id]);
  await unanswered.result;
  expect(unanswered.output.stdout.toString()).toBe('ran\n');
  expect(new Set(unanswered.starts.map(({ claim }) => claim)).size).toBe(1);
  // one that was refused may come again, in an order for the newer session
  machine.service.deliver(refused);
  await refused.result;
});

it('forgets on fin, and kills what it forgets', async () => {
  await machine.agent();
  const task = machine.run('echo up; sleep 60; echo never');
  await eventually('output', () => task.output.stdout.length > 0);
  machine.service.fin(task);
  await nothingHeld();
  expect(task.results).toEqual([]);
});
