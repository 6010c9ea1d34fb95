import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Code, ConnectError } from '@connectrpc/connect';
import { keyOf } from '@muster/bus';
import { TaskOutcome } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '../src/identity.ts';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { greeted } from './fake-service.ts';
import { keySet, newOrderKey } from './key-sets.ts';
import { agentProcess, ME } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await startFakeGateway(machine.service, { credentialSeconds: 3_600 });
});
afterEach(() => gateway[Symbol.asyncDispose]());

const AWAY = new ConnectError('away', Code.Unavailable);
/** A machine that the gateway knows, with credentials that end soon. */
async function enrolled(lifeSeconds: number): Promise<Identity> {
  const identity = await machine.service.identity({ lifeSeconds, server: gateway.url });
  gateway.know(identity.instanceId, keyOf(identity.seed).getPublicKey());
  return identity;
}
const inDataDir = (name: string) => join(machine.dataDir, name);
const send = ({ instanceId }: Identity, script: string, order = {}) =>
  machine.service.send(instanceId, { content: Buffer.from(script), username: ME, ...order });

describe('F41: credentials', () => {
  it('that are renewed late cost nothing: the script runs on, and its result comes when they are', async () => {
    gateway.refusal = AWAY;
    const identity = await enrolled(2);
    await machine.agent({ identity });
    const task = send(identity, `echo up; ${machine.hold}; echo done`);
    await eventually('output', () => task.output.stdout.toString() === 'up\n');
    const { receivedMs } = identity.credentials;
    await eventually('their end, and renewals that fail', () => Date.now() > receivedMs + 3_500 && gateway.asked > 1);
    machine.release();
    await eventually('the result on disk', () => existsSync(inDataDir(join('journal', 'tasks', task.id, 'result'))));
    expect(task.results).toEqual([]);
    gateway.refusal = undefined;
    expect(await task.result).toMatchObject({ outcome: TaskOutcome.SUCCESS });
    expect(task.output.stdout.toString()).toBe('up\ndone\n');
    expect(task.starts).toHaveLength(1);
  });

  it('that the bus does not take are renewed at once, though by the clock of the machine there is time', async () => {
    const identity = await enrolled(1);
    // as a machine has it that slept, or whose clock was set back by a day
    const late = { ...identity.credentials, receivedMs: Date.now() + 86_400_000 };
    await eventually('their end', () => Date.now() > identity.credentials.receivedMs + 2_500);
    await machine.agent({ identity: { ...identity, credentials: late } });
    expect(gateway.renewals).toBe(1);
  });

  it('that are revoked end the connection and nothing else: the script ends, its result stays here, nobody is pestered', async () => {
    const identity = await enrolled(3_600);
    const agent = await agentProcess(machine.dataDir, identity, { MUSTER_AGENT_RENEW_RETRY_SECONDS: '1' });
    try {
      await agent.ready;
      const task = send(identity, `echo up; ${machine.hold}; echo done`);
      await eventually('output', () => task.output.stdout.toString() === 'up\n');
      gateway.refusal = new ConnectError('removed', Code.Unauthenticated);
      await machine.service.revoke(keyOf(identity.seed).getPublicKey());
      await eventually('the agent to be turned away', () => agent.log().includes('turned this machine away'));
      machine.release();
      await eventually('the result on disk', () => existsSync(inDataDir(join('journal', 'tasks', task.id, 'result'))));
      await eventually('a renewal that is refused', () => gateway.asked > 0);
      expect(task.results).toEqual([]);
      expect(gateway.asked).toBeLessThan(5);
      expect(agent.child.exitCode).toBe(null);
    } finally {
      await agent.stop('SIGKILL');
    }
  });
});

const FAKETIME = readdirSync('/usr/lib', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => join('/usr/lib', name, 'faketime', 'libfaketimeMT.so.1'))
  .find(existsSync);

describe.skipIf(!FAKETIME)('F23: a machine whose clock is wrong (needs libfaketime)', () => {
  const withClock = async (identity: Identity, shift: string) => {
    const faked = { LD_PRELOAD: FAKETIME!, FAKETIME: shift, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
    return agentProcess(machine.dataDir, identity, {
      ...faked,
      MUSTER_AGENT_RENEW_RETRY_SECONDS: '1',
      MUSTER_LOG_LEVEL: 'info',
    });
  };

  it.each(['+1h', '-1h'])(
    '%s: renews credentials that ended before it could ask for the time, and judges expiry by the clock of the service',
    async (shift) => {
      const identity = await enrolled(1);
      await eventually('their end', () => Date.now() > identity.credentials.receivedMs + 2_500);
      const agent = await withClock(identity, shift);
      try {
        await agent.ready;
        expect(hoursAhead(agent.log())).toBe(shift === '+1h' ? 1 : -1);
        expect(gateway.renewals).toBe(1);
        expect(agent.log()).toContain("this machine's clock is wrong");

        const task = send(identity, 'sleep 0.2', { expiresMs: BigInt(Date.now() + 20_000) });
        expect(Number((await task.result).elapsedMs)).toBeLessThan(20_000);
        send(identity, 'echo never', { expiresMs: BigInt(Date.now() - 60_000) });
        await eventually('the refusal', () => {
          const last = machine.service.heartbeats.findLast(({ instanceId }) => instanceId === identity.instanceId);
          return last?.guard?.refused.expired === 1n;
        });
      } finally {
        await agent.stop('SIGKILL');
      }
    },
    60_000,
  );
});

/** How far ahead the clock is by which the first line of this log was written. */
function hoursAhead(log: string): number {
  const { time } = JSON.parse(log.split('\n', 1)[0]!) as { time: string };
  return Math.round((Date.parse(time) - Date.now()) / 3_600_000);
}

describe('T7: signing keys', () => {
  const [k2, k3] = [newOrderKey('k2'), newOrderKey('k3')];
  afterEach(() => {
    machine.service.keySets = [];
  });

  it('are learnt from hello when a known one vouches for them, kept over a restart, and given up when told so', async () => {
    const { identity } = machine;
    const { instanceId } = identity;
    const k1 = machine.service.signingKey;
    const sets = [keySet({ madeMs: 1, keys: [k1] }, [k1]), keySet({ madeMs: 2, keys: [k1, k2] }, [k1, k2])];
    machine.service.keySets = sets;
    const both = { key: k2.privateKey, keyId: 'k2' };
    {
      await using agent = await machine.agent();
      // what it learnt it says at once
      expect((await greeted(machine.service, instanceId, 2)).signingKeyIds).toEqual(['k1', 'k2']);
      machine.service.decideStart = () => false;
      const task = machine.run('true');
      machine.service.decideStart = () => true;
      await eventually('an order by the new key taken', () => {
        machine.service.deliver(task, both);
        return task.claim !== undefined;
      });
      await task.result;
      expect(agent.refused['unknown-key']).toBe(0);
    }
    await eventually('them on disk', () => readFileSync(inDataDir('agent.json'), 'utf8').includes('"k2"'));
    machine.service.keySets = [...sets, keySet({ madeMs: 3, keys: [k2] }, [k2])];
    const saved = { ...JSON.parse(readFileSync(inDataDir('agent.json'), 'utf8')), seed: identity.seed } as Identity;
    const agent = await machine.agent({ identity: saved });
    expect((await greeted(machine.service, instanceId, 3)).signingKeyIds).toEqual(['k1', 'k2']);
    expect((await greeted(machine.service, instanceId, 4)).signingKeyIds).toEqual(['k2']);
    const task = machine.run('true');
    await eventually('the old key refused', () => {
      machine.service.deliver(task);
      return agent.refused['unknown-key'] > 0;
    });
    expect(task.starts).toEqual([]);
  });

  it('that nobody vouches for are refused and counted', async () => {
    machine.service.keySets = [keySet({ madeMs: 9, keys: [k3] }, [k3])];
    const agent = await machine.agent();
    await eventually('the refusal', () => agent.refused['unproven-keys'] === 1);
    expect((await greeted(machine.service, machine.identity.instanceId)).signingKeyIds).toEqual(['k1']);
    await machine.run('true').result;
  });
});
