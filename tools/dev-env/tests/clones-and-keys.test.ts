import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@connectrpc/connect';
import { AgentStatus, InstanceService, InvocationService, type InvocationTask, TaskStatus } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCalling } from './callers.ts';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
let instances: Client<typeof InstanceService>;
let runs: Client<typeof InvocationService>;
let ledger: string;
beforeAll(async () => {
  const settings = { 'invocation-svc': { MUSTER_HEARTBEAT_SECONDS: '1', MUSTER_DELIVERY_WINDOW_SECONDS: '2' } };
  fixture = await startFixture(1, { settings });
  const callers = await startCalling(fixture.constellation);
  instances = callers.at(InstanceService, callers.root);
  runs = callers.at(InvocationService, callers.root);
  ledger = join(fixture.folder, 'ledger');
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose]());

const machine = () => fixture.constellation.machines[0]!;
const info = async () => {
  const { instanceId } = machine();
  return (await instances.describeAutomationAgentStatus({ instanceIds: [instanceId] })).automationAgentSet[0]!;
};

/** A task that puts its id on record outside Muster; gives the run's id. */
async function send(script = ''): Promise<string> {
  const content = Buffer.from(`echo "$MUSTER_TASK_ID" >> ${ledger}; ${script}`);
  const { instanceId } = machine();
  const { invocationId } = await runs.runCommand({ content, instanceIds: [instanceId], workingDirectory: '/tmp' });
  return invocationId;
}

const ENDED: readonly TaskStatus[] = [
  TaskStatus.SUCCESS,
  TaskStatus.FAILED,
  TaskStatus.DELIVER_FAILED,
  // one that was started just when the other machine took over may be heard of by neither: the watchdog closes it
  TaskStatus.TASK_TIMEOUT,
];
/** The task of a run once it has ended. */
async function ended(invocationId: string) {
  let task: InvocationTask | undefined;
  try {
    const steps = runs.watchInvocation({ invocationId }, { signal: AbortSignal.timeout(150_000) });
    for await (const { event } of steps) {
      if (event.case === 'snapshot') [task] = event.value.tasks;
      if (event.case === 'task') task = event.value;
    }
  } catch (cause) {
    throw new Error(`the end of ${invocationId} was not seen; its status is ${task?.taskStatus}`, { cause });
  }
  expect(ENDED).toContain(task?.taskStatus);
  return task!;
}

it('F52: two agents on one copied data directory, sent tasks all the while: each runs once, and the clone is told of', async () => {
  const { dataDir } = machine();
  const copy = join(fixture.folder, 'copy');
  cpSync(dataDir, copy, { recursive: true });
  let clone: ChildProcess | undefined;
  const startClone = () => {
    clone = spawn(process.execPath, [fixture.constellation.agent, 'run', '--data-dir', copy], {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, MUSTER_AGENT_RECONNECT_MAX_SECONDS: '0', MUSTER_AGENT_ROOT_STAND_IN: 'true' },
    });
    return once(clone, 'spawn');
  };
  const sent: string[] = [];
  const tasks: InvocationTask[] = [];
  let sending = true;
  /** Sends one task after the other. */
  const lane = async () => {
    while (sending && sent.length < 120) {
      try {
        const invocationId = await send('sleep 0.2');
        sent.push(invocationId);
        tasks.push(await ended(invocationId));
      } catch (error) {
        // for a moment neither of them is there
        if (!(error instanceof Refusal) || error.reason !== 'ResourceUnavailable.AgentStatusNotOnline') throw error;
        await eventually('one of them', async () => (await info()).agentStatus === AgentStatus.ONLINE);
      }
    }
  };
  const stream = Promise.all([lane(), lane(), lane()]);
  stream.catch(() => {});
  try {
    await startClone();
    // now the one is the newest, now the other
    for (let turn = 0; turn < 2; turn++) {
      const before = sent.length;
      await eventually('tasks for the clone', () => sent.length >= before + 10, 60_000);
      fixture.constellation.signal('web-1', 'SIGKILL');
      const between = sent.length;
      await eventually('tasks for the original', () => sent.length >= between + 10, 60_000);
      const gone = once(clone!, 'exit');
      clone!.kill('SIGKILL');
      await gone;
      await startClone();
    }
    await eventually('the clone to be told of', async () => (await info()).cloneNoticedTime, 30_000);
  } finally {
    sending = false;
    await stream.finally(() => clone?.kill('SIGKILL'));
  }
  // the original takes over from a clone that is gone
  expect((await ended(await send())).taskStatus).toBe(TaskStatus.SUCCESS);
  const recorded = readFileSync(ledger, 'utf8').trim().split('\n');
  expect(new Set(recorded).size).toBe(recorded.length);
  const succeeded = tasks.filter(({ taskStatus }) => taskStatus === TaskStatus.SUCCESS);
  for (const { invocationTaskId } of succeeded) expect(recorded).toContain(invocationTaskId);
  // what ran in the session that lost is said to be unknown, not to have failed by itself
  for (const { taskStatus, errorInfo } of tasks) {
    if (taskStatus === TaskStatus.FAILED) expect(errorInfo).toMatch(/^INTERRUPTED/);
  }
  expect(succeeded.length).toBeGreaterThan(sent.length / 3);
}, 300_000);

it('T7: a signing key is replaced while tasks run: machines learn the new one, the old one goes, and nothing is missed', async () => {
  const keys = join(fixture.folder, 'data', 'invocation-svc', 'task-signing');
  const restart = async () => {
    const { 'invocation-svc': before } = fixture.constellation.pids();
    fixture.constellation.signal('invocation-svc', 'SIGKILL');
    await eventually(
      'invocation-svc to be back',
      async () => fixture.constellation.pids()['invocation-svc'] !== before && (await info().catch(() => undefined)),
      60_000,
    );
  };
  const known = async (count: number) =>
    eventually(
      `${count} keys to be known`,
      async () => {
        const { signingKeyIds } = await info();
        return signingKeyIds.length === count ? signingKeyIds : undefined;
      },
      60_000,
    );
  const [first] = await known(1);
  const running = await send('sleep 5');
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(keys, '0002.pem'), pem, { mode: 0o600 });
  await restart();
  const [, second] = await known(2);
  expect((await ended(await send())).taskStatus).toBe(TaskStatus.SUCCESS);
  rmSync(join(keys, '0001.pem'));
  await restart();
  expect(await known(1)).toEqual([second]);
  expect(second).not.toBe(first);
  expect((await ended(await send())).taskStatus).toBe(TaskStatus.SUCCESS);
  expect((await ended(running)).taskStatus).toBe(TaskStatus.SUCCESS);
  expect(existsSync(join(keys, 'key-sets.json'))).toBe(true);
  expect((await info()).refusals.map(({ reason }) => reason)).not.toContain('unknown-key');
}, 180_000);
