import { create } from '@bufbuild/protobuf';
import { type RunCommandRequest, TagSchema } from '@muster/contract';
import { describe, expect, test } from 'vitest';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { fleet, offline } from './fleet.ts';
import { home } from './muster.ts';

const tag = (key: string, value: string) => create(TagSchema, { key, value });

async function tagged(): Promise<FakeGateway> {
  const [one, two, three] = fleet('web-1', 'web-2', 'db-1');
  one!.tags = [tag('stage', 'prod'), tag('team', 'ops')];
  two!.tags = [tag('stage', 'test')];
  three!.tags = [tag('stage', 'prod')];
  const gateway = await startFakeGateway([one!, two!, offline(three!)]);
  gateway.onRun = (run) => run.succeed();
  return gateway;
}

const lastRun = (gateway: FakeGateway) => gateway.callsOf('RunCommand').at(-1)!.message as RunCommandRequest;

describe('machines that are described instead of named', () => {
  test.each([
    ['all of them', ['--all'], { all: true, names: [], tags: [] }],
    ['a name', ['--name', 'web-*', '--name', 'db-?'], { all: false, names: ['web-*', 'db-?'], tags: [] }],
    [
      'tags, with one of several values or any',
      ['--tag', 'stage=prod,test', '--tag', 'team'],
      {
        all: false,
        names: [],
        tags: [
          { key: 'stage', values: ['prod', 'test'] },
          { key: 'team', values: [] },
        ],
      },
    ],
    ['one glob of -t', ['-t', 'web-*'], { all: false, names: ['web-*'], tags: [] }],
  ])('%s: the service chooses them', async (_, args, selector) => {
    await using gateway = await tagged();
    using user = home(gateway.url);
    const { exitCode } = await user.muster(['run', 'x', '--offline', 'skip', ...args]);
    expect(exitCode).toBe(0);
    expect(lastRun(gateway)).toMatchObject({ instanceIds: [], selector });
    expect(gateway.callsOf('DescribeAutomationAgentStatus')).toEqual([]);
  });

  test.each([
    ['-t beside them', ['-t', 'web-1', '--all'], 'give one of the two', 1],
    ['--all beside a name', ['--all', '--name', 'x*'], 'leave --all out', 1],
    ['a tag without a key', ['--tag', '=prod'], '`=prod` is no tag', 1],
    ['a name that nobody has', ['--name', 'mail-*'], 'matches no instance', 5],
  ])('%s: nothing runs', async (_, args, words, code) => {
    await using gateway = await tagged();
    using user = home(gateway.url);
    const { stderr, exitCode } = await user.muster(['run', 'x', ...args]);
    expect({ exitCode, said: stderr.includes(words) }).toEqual({ exitCode: code, said: true });
    expect(gateway.runs).toEqual([]);
  });

  test('a dry run says on how many it would run, and runs nothing', async () => {
    await using gateway = await tagged();
    using user = home(gateway.url);
    const { stdout } = await user.muster(['run', 'x', '--tag', 'stage=prod', '--offline', 'wait', '--dry-run']);
    expect(stdout).toBe('would run on 2 instances, 1 of them offline\n');
    const json = await user.muster(['run', 'x', '--all', '--offline', 'skip', '--dry-run', '--json']);
    expect(JSON.parse(json.stdout)).toEqual({ TaskCount: 2, OfflineCount: 0, SkippedCount: 1 });
    expect(gateway.runs).toEqual([]);
  });

  test('a detached run says in JSON on how many it started', async () => {
    await using gateway = await tagged();
    using user = home(gateway.url);
    const { stdout } = await user.muster(['run', 'x', '--all', '--offline', 'skip', '--detach', '--json']);
    const { invocationId } = gateway.runs[0]!.invocation;
    expect(JSON.parse(stdout)).toEqual({ InvocationId: invocationId, TaskCount: 2, OfflineCount: 0, SkippedCount: 1 });
  });
});

describe('client tokens', () => {
  test('every write has one of its own', async () => {
    await using gateway = await tagged();
    using user = home(gateway.url);
    for (const name of ['a', 'b']) {
      await user.muster(['command', 'create', name, '-f', '-'], { input: 'true' });
      await user.muster(['command', 'tag', name, 'team=ops']);
    }
    const tokens = ['CreateCommand', 'TagCommands']
      .flatMap((method) => gateway.callsOf(method))
      .map(({ message }) => (message as { clientToken: string }).clientToken);
    expect(tokens).toHaveLength(4);
    expect(new Set(tokens).size).toBe(4);
    for (const token of tokens) expect(token).toMatch(/^.{20,64}$/);
  });

  test('one that the user gives is sent, but not with a dry run', async () => {
    await using gateway = await tagged();
    using user = home(gateway.url);
    const run = ['run', 'x', '-t', 'web-1', '--client-token', 'deploy-7'];
    await user.muster([...run, '--dry-run']);
    expect(lastRun(gateway).clientToken).not.toBe('deploy-7');
    await user.muster(run);
    await user.muster(run);
    expect(lastRun(gateway).clientToken).toBe('deploy-7');
    expect(gateway.runs).toHaveLength(1);
  });

  test('a write whose answer got lost is sent again with the same one', async () => {
    await using gateway = await startFakeGateway([]);
    using user = home(gateway.url);
    gateway.lostAnswers.add('CreateCommand');
    const { exitCode, stdout } = await user.muster(['command', 'create', 'a', '-f', '-'], { input: 'true' });
    expect(exitCode).toBe(0);
    const tokens = gateway.callsOf('CreateCommand').map(({ message }) => (message as RunCommandRequest).clientToken);
    expect(tokens).toHaveLength(2);
    expect(tokens[0]).toBe(tokens[1]);
    expect(stdout).toMatch(/^cmd-/);
  });
});
