import { generateKeyPairSync } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { subjects } from '@muster/bus';
import { HeartbeatSchema, type HelloReply, SigningKeySetSchema, TaskOutcome, TaskStatus } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import { type Fixture, run, startFixture, untilTaskIs } from './runs-fixture.ts';

let service: Fixture;
beforeAll(async () => {
  service = await startFixture();
});
afterAll(() => service[Symbol.asyncDispose]());

const info = async ({ instanceId }: { instanceId: string }) =>
  (await service.instances().describeAutomationAgentStatus({ instanceIds: [instanceId] })).automationAgentSet[0]!;

describe('what a machine refuses', () => {
  const beat = (agent: FakeAgent, refused: Record<string, bigint>, veto = '') =>
    agent.bus.publish(subjects.agentUp(agent.instanceId, 'heartbeat'), HeartbeatSchema, {
      epoch: agent.epoch,
      guard: { refused, veto },
    });
  const counts = async (agent: FakeAgent) =>
    Object.fromEntries((await info(agent)).refusals.map(({ reason, count }) => [reason, Number(count)]));

  it('is shown as it said in hello and with its last heartbeat', async () => {
    const agent = await service.agent();
    expect(await info(agent)).toMatchObject({ refusals: [], hostVeto: '', signingKeyIds: [] });
    await agent.hello({ guard: { refused: { 'bad-signature': 2n }, veto: 'users: not `root`' } });
    expect(await info(agent)).toMatchObject({
      refusals: [{ reason: 'bad-signature', count: 2n }],
      hostVeto: 'users: not `root`',
    });
    beat(agent, { vetoed: 1n, 'bad-signature': 3n });
    await eventually('the counts', async () => (await counts(agent)).vetoed === 1);
    expect(await counts(agent)).toEqual({ 'bad-signature': 3, vetoed: 1 });
    expect((await info(agent)).hostVeto).toBe('');
  });

  it('is kept as far as it can be believed', async () => {
    const agent = await service.agent();
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`aa-${'b'.repeat(index % 11)}b`, 1n]));
    beat(
      agent,
      { ...many, '../../x': 1n, '\u001b[31m': 1n, never: 0n, zz: 2n ** 64n - 1n },
      `\u001b[31m${'v'.repeat(9_999)}`,
    );
    await eventually('the words', async () => (await info(agent)).hostVeto !== '');
    const { hostVeto, refusals } = await info(agent);
    expect(hostVeto).toHaveLength(500);
    expect(hostVeto).not.toContain('\u001b');
    expect(refusals.length).toBeLessThanOrEqual(32);
    const reasons = refusals.map(({ reason }) => reason);
    expect(reasons).not.toContain('never');
    expect(reasons.every((reason) => /^[a-z-]+$/.test(reason))).toBe(true);
  });

  it('ends the task at once, in its words, though nobody asked to start it', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const { order } = await agent.tasks.next();
    const { invocationTaskId } = order;
    const errorInfo = 'VETOED by the veto file of this machine: users.deny refuses it, and the order is for `root`';
    await agent.result({ invocationTaskId, outcome: TaskOutcome.START_FAILED, exitCode: -1, errorInfo });
    const task = await untilTaskIs(service, invocationId, TaskStatus.START_FAILED);
    expect(task.errorInfo).toBe(errorInfo);
  });
});

describe('T7: signing keys', () => {
  const put = (name: string) => {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(join(service.dataDir, 'task-signing', name), pem, { mode: 0o600 });
  };
  const restart = async () => {
    await service.stop();
    await service.resume();
  };
  const announced = ({ keySets }: HelloReply) =>
    keySets.map(({ keys }) => fromBinary(SigningKeySetSchema, keys).keys.map(({ keyId }) => keyId));
  /** The key that an order for this machine is signed with. */
  const signerFor = async (agent: FakeAgent): Promise<string> => {
    const invocationId = await run(service, [agent]);
    const { signed, order } = await agent.tasks.next();
    const { invocationTaskId } = order;
    await agent.result({ invocationTaskId, outcome: TaskOutcome.START_FAILED, exitCode: -1, errorInfo: 'no' });
    await untilTaskIs(service, invocationId, TaskStatus.START_FAILED);
    return signed.keyId;
  };

  it('are announced to each machine before the new one signs for it, and given up one by one', async () => {
    const machine = await service.machine();
    const agent = await service.agent();
    const old = await service.agent();
    const [k1] = machine.credentials.signingKeys.map(({ keyId }) => keyId) as [string];
    await agent.hello({ signingKeyIds: [k1] });
    expect(await signerFor(agent)).toBe(k1);

    put('0002.pem');
    await restart();
    // it goes on with the old key, is asked to say hello, and told there
    expect(await signerFor(agent)).toBe(k1);
    agent.heartbeat();
    await agent.syncs.next();
    const told = announced(await agent.hello({ signingKeyIds: [k1] }));
    const k2 = told.at(-1)!.at(-1)!;
    expect(told).toEqual([[k1], [k1, k2]]);
    expect(await signerFor(agent)).toBe(k1);
    // one that was told and does not believe it is not asked again
    agent.heartbeat();
    expect((await agent.hello({ signingKeyIds: [k1, k2] })).keySets).toEqual([]);
    expect(await signerFor(agent)).toBe(k2);
    expect((await info(agent)).signingKeyIds).toEqual([k1, k2]);
    // one that cannot learn gets the key that it has for sure, and is left in peace
    old.heartbeat();
    expect(await signerFor(old)).toBe(k1);
    expect([...old.syncs.waiting, ...agent.syncs.waiting]).toEqual([]);

    rmSync(join(service.dataDir, 'task-signing', '0001.pem'));
    await restart();
    const later = announced(await agent.hello({ signingKeyIds: [k1, k2] }));
    expect(later).toEqual([[k1], [k1, k2], [k2]]);
    expect(await signerFor(agent)).toBe(k2);
    const { credentials } = await service.machine();
    expect(credentials.signingKeys.map(({ keyId }) => keyId)).toEqual([k2]);
  });
});
