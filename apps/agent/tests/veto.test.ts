import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandType, TaskOutcome } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../src/agent.ts';
import type { FakeTask } from './fake-service.ts';
import { ME } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const isRoot = process.getuid!() === 0;
let agent: Agent;
beforeEach(async () => {
  agent = await machine.agent();
});

const file = () => join(machine.dataDir, 'veto.json');
/** As an administrator's editor does it: the file is there as a whole, always. */
const veto = (rules: unknown, mode = 0o644) => {
  const text = typeof rules === 'string' ? rules : JSON.stringify(rules);
  writeFileSync(`${file()}.new`, text, { mode });
  chmodSync(`${file()}.new`, mode);
  renameSync(`${file()}.new`, file());
};
async function refusal(order: FakeTask['order'] = {}, script = 'echo ran'): Promise<string> {
  const before = agent.refused.vetoed;
  const task = machine.run(script, order);
  const { outcome, exitCode, errorInfo, claim } = await task.result;
  expect({ outcome, exitCode, claim }).toEqual({ outcome: TaskOutcome.START_FAILED, exitCode: -1, claim: '' });
  expect(task.starts).toEqual([]);
  expect(task.output.stdout.length).toBe(0);
  expect(agent.refused.vetoed).toBe(before + 1);
  return errorInfo;
}
async function runs(script = 'echo ran'): Promise<void> {
  expect(await machine.run(script).result).toMatchObject({ outcome: TaskOutcome.SUCCESS });
}
const told = () => machine.service.heartbeats.findLast(({ instanceId }) => instanceId === machine.identity.instanceId);

it('T29: a machine that is limited to a user refuses root, at once and in words, whatever the service sends', async () => {
  veto({ users: { allow: ['deploy'] } });
  expect(await refusal({ username: 'root' })).toBe(
    'VETOED by the veto file of this machine: users.allow lets only `deploy` through, and the order is for `root`',
  );
  expect(await refusal({ username: 'deploy\u0000' })).toMatch(/users.allow/);
  veto({ users: { allow: [ME] } });
  await runs();
});

it('refuses texts, languages, hours and everything, as the file says at that moment', async () => {
  await runs();
  veto({ scripts: { deny: ['rm -rf /'] } });
  expect(await refusal({}, 'cd /; rm -rf /')).toMatch(/scripts.deny .* `rm -rf \/`/);
  await runs('echo rm');
  veto({ commandTypes: { allow: ['SHELL'] } });
  expect(await refusal({ commandType: CommandType.PYTHON })).toMatch(/commandTypes.allow/);
  await runs();
  veto({ hours: { timeZone: 'UTC', allow: [] } });
  expect(await refusal()).toMatch(/hours.allow/);
  veto({ readOnly: true });
  expect(await refusal()).toMatch(/read-only/);
  rmSync(file());
  await runs();
});

it('tells the service what it refuses, in hello and with every heartbeat', async () => {
  expect(machine.service.hellos.at(-1)!.guard).toMatchObject({ veto: '', refused: {} });
  veto({ users: { deny: ['root'] } });
  await eventually('the words', () => told()?.guard?.veto === 'users: not `root`');
  veto('nonsense');
  await eventually('the fault', () => told()?.guard?.veto.startsWith('everything: '));
  await refusal();
  await eventually('the count', () => told()?.guard?.refused.vetoed === 1n);
});

it('asks again before the start for a task that waited: what became forbidden meanwhile never runs', async () => {
  machine.service.decideStart = () => 'silent';
  const task = machine.run('echo ran');
  await eventually('the question to start', () => task.starts.length > 0);
  veto({ readOnly: true });
  machine.service.decideStart = () => true;
  const { outcome, errorInfo } = await task.result;
  expect(outcome).toBe(TaskOutcome.START_FAILED);
  expect(errorInfo).toMatch(/read-only/);
  expect(task.output.stdout.length).toBe(0);
});

it('leaves a script alone that runs already', async () => {
  const task = machine.run(`${machine.hold}; echo ran`);
  await eventually('the start', () => task.claim !== undefined);
  await eventually('the script', () => machine.service.tasks.get(task.id)!.starts.length > 0);
  machine.release();
  await task.result;
  veto({ readOnly: true });
  expect(task.output.stdout.toString()).toBe('ran\n');
});

it('refuses the order however often it comes, and its task ends once', async () => {
  veto({ readOnly: true });
  const task = machine.run('echo ran');
  for (let time = 0; time < 4; time++) machine.service.deliver(task);
  await task.result;
  await eventually('all of them', () => agent.refused.vetoed === 5);
  expect(task.starts).toEqual([]);
});

describe('a file that cannot be trusted or understood refuses everything', () => {
  it.each<[string, () => void, RegExp]>([
    ['no JSON', () => veto('readOnly: true'), /veto\.json is not JSON, so nothing runs here$/],
    ['a rule that there is not', () => veto({ reedOnly: true }), /is wrong \(the whole: .*reedOnly/],
    ['a wrong rule', () => veto({ users: { deny: [7] } }), /is wrong \(users\.deny\.0: /],
    ['group may write', () => veto({}, 0o664), /can be written by group or others/],
    ['others may write', () => veto({}, 0o646), /can be written by group or others/],
    ['too large', () => veto(`{}${' '.repeat(70_000)}`), /is larger than 65536 bytes/],
    ['a folder', () => mkdirSync(file()), /is no file/],
  ])('%s', async (_, spoil, words) => {
    spoil();
    expect(await refusal()).toMatch(words);
  });

  it('one in a folder that others may write, also by way of a link', async () => {
    const folder = join(machine.dataDir, 'open');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'veto.json'), '{}', { mode: 0o644 });
    symlinkSync(join(folder, 'veto.json'), file());
    expect(await refusal()).toMatch(/lies in \S+open, which can be written by group or others/);
  });

  it.skipIf(!isRoot)('one of another user (only root can make one here)', async () => {
    veto({});
    chownSync(file(), 65_534, 65_534);
    expect(await refusal()).toMatch(/belongs to user 65534 instead of root/);
  });

  it.skipIf(isRoot)('one that the agent may not read (root may read everything)', async () => {
    veto({}, 0o200);
    expect(await refusal()).toMatch(/cannot be read/);
  });
});

it('refuses everything when a file that was named is missing', async () => {
  await agent[Symbol.asyncDispose]();
  agent = await machine.agent({ veto: { path: join(machine.dataDir, 'gone.json'), mustExist: true, owner: 0 } });
  expect(await refusal()).toMatch(/gone\.json does not exist/);
});
