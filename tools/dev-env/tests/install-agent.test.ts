import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

interface Agent {
  readonly InstanceId: string;
  readonly AgentStatus: string;
  readonly CloneNoticedTime?: string;
}

let fixture: Fixture;
let agents: AsyncDisposableStack;
beforeAll(async () => {
  fixture = await startFixture(0);
  agents = new AsyncDisposableStack();
}, 120_000);
afterEach(async () => {
  await agents.disposeAsync();
  agents = new AsyncDisposableStack();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** Types the line that the CLI prints, below a folder instead of on the whole machine, and so without root. */
async function type(line: string, prefix: string): Promise<string> {
  const typed = line.replace('sudo sh -s --', `sh -s -- --prefix '${prefix}' --node '${process.execPath}'`);
  return (await promisify(execFile)('sh', ['-c', typed])).stdout;
}

async function lineOf(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await fixture.muster(['agent', ...args, '--json']);
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { Line: string }).Line;
}

/** Starts the installed agent as the script says; it is stopped after the test. */
function start(
  prefix: string,
  dataDir = join(prefix, 'var/lib/muster-agent'),
): { ended: Promise<unknown>; log(): string } {
  const child = spawn(join(prefix, 'opt/muster-agent/bin/muster-agent'), ['run', '--data-dir', dataDir], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, MUSTER_AGENT_RECONNECT_MAX_SECONDS: '0' },
  });
  let log = '';
  child.stderr.on('data', (chunk) => (log += chunk));
  const ended = once(child, 'exit');
  agents.defer(async () => {
    child.kill();
    await ended;
  });
  return { ended, log: () => log };
}

async function agentOf(instanceId: string): Promise<Agent | undefined> {
  const { stdout } = await fixture.muster(['instance', 'list', '--json']);
  const { AutomationAgentSet } = JSON.parse(stdout) as { AutomationAgentSet: Agent[] };
  return AutomationAgentSet.find(({ InstanceId }) => InstanceId === instanceId);
}

/** Installs, starts and sees the machine come online. */
async function newMachine(name: string) {
  const prefix = join(fixture.folder, name);
  const said = await type(await lineOf('install'), prefix);
  const instanceId = /registered as (\S+)/.exec(said)![1]!;
  const agent = start(prefix);
  await eventually('the machine to be online', async () => (await agentOf(instanceId))?.AgentStatus === 'Online');
  return { prefix, instanceId, agent };
}

it('one line makes a machine that runs commands; removed, it is cut off at once; one more line leaves nothing of it', async () => {
  const { prefix, instanceId, agent } = await newMachine('new machine');
  expect(instanceId).toMatch(/^rins-/);
  const run = await fixture.muster([
    'run',
    'hostname',
    '-t',
    instanceId,
    '--user',
    userInfo().username,
    '--cwd',
    '/tmp',
  ]);
  expect(run.stdout + run.stderr).toContain(hostname());
  expect(run.code).toBe(0);

  const removed = await fixture.muster(['instance', 'delete', instanceId, '--yes']);
  expect(removed.code, removed.stderr).toBe(0);
  await eventually('the agent to be turned away', () => agent.log().includes('has to register again'));
  expect(await agentOf(instanceId)).toBeUndefined();

  await type(await lineOf('uninstall'), prefix);
  await agent.ended;
  expect(existsSync(join(prefix, 'opt/muster-agent'))).toBe(false);
  expect(existsSync(join(prefix, 'var/lib/muster-agent'))).toBe(false);
}, 120_000);

it('two agents with one data directory are noticed', async () => {
  const { prefix, instanceId } = await newMachine('original');
  const copy = join(fixture.folder, 'copied data');
  cpSync(join(prefix, 'var/lib/muster-agent'), copy, { recursive: true });
  start(prefix, copy);
  await eventually('the clone to be noticed', async () => (await agentOf(instanceId))?.CloneNoticedTime, 60_000);
}, 120_000);
