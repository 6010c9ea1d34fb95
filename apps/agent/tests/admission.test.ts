import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@muster/testkit';
import { beforeEach, expect, it } from 'vitest';
import type { Agent } from '../src/agent.ts';
import type { DeliveryChanges } from './fake-service.ts';
import { greeted } from './fake-service.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
let agent: Agent;
beforeEach(async () => {
  agent = await machine.agent();
});

it('starts a task once however often its order arrives', async () => {
  const log = join(machine.dataDir, 'log');
  const task = machine.run(`echo start >>${log}; sleep 0.3; cat ${log}`);
  for (let time = 0; time < 4; time++) machine.service.deliver(task);
  await eventually('refusals of what is known', () => agent.refused.known === 4);
  await task.result;
  expect(task.output.stdout.toString()).toBe('start\n');
  await eventually('an empty journal', () => readdirSync(join(machine.dataDir, 'journal', 'tasks')).length === 0);
  machine.service.deliver(task);
  await eventually('the refusal of a replay', () => agent.refused.finished === 1);
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
  ['that has expired', 'expired', { order: { expiresMs: BigInt(Date.now() - 1) } }],
  ['with a path for an id', 'malformed', { order: { invocationTaskId: '../../etc' } }],
])('refuses an order %s', async (_, reason, changes) => {
  const mark = join(machine.dataDir, 'mark');
  // nothing is granted meanwhile, so the order itself stays unanswered
  machine.service.decideStart = () => false;
  const task = machine.run(`touch ${mark}`);
  await eventually('the question to start', () => task.starts.length === 1);
  machine.service.decideStart = () => true;
  machine.service.deliver(task, changes);
  await eventually(`a refusal as ${reason}`, () => agent.refused[reason] === 1);
  expect(task.starts).toHaveLength(1);
  expect(existsSync(mark)).toBe(false);
});

it('does nothing without leave: refused tasks are dropped, unanswered ones asked for again', async () => {
  const mark = join(machine.dataDir, 'mark');
  machine.service.decideStart = () => false;
  const refused = machine.run(`touch ${mark}`);
  await eventually('the question', () => refused.starts.length === 1);
  await eventually('an empty journal', () => readdirSync(join(machine.dataDir, 'journal', 'tasks')).length === 0);

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
  const task = machine.run('echo up; sleep 60; echo never');
  await eventually('output', () => task.output.stdout.length > 0);
  machine.service.fin(task);
  await eventually('an empty journal', () => readdirSync(join(machine.dataDir, 'journal', 'tasks')).length === 0);
  expect(task.results).toEqual([]);
});
