import { create } from '@bufbuild/protobuf';
import { CommandType, InvocationSchema, TaskStatus } from '@muster/contract';
import { expect, it } from 'vitest';
import { ago, duration } from '../ui/time.ts';
import { commandLine } from './command-line.ts';
import { hiddenKeys, placeholders, readParameters, writeParameters } from './parameters.ts';
import { draftOf, obstacle } from './run-draft.ts';
import { score, shownTask } from './statuses.ts';

it('writes the command line that does the same again', () => {
  const run = {
    content: "echo 'it works'\nuptime",
    type: 'PYTHON',
    instanceIds: ['ins-abcdefgh', 'ins-hgfedcba'],
    username: 'root',
    workingDirectory: '/tmp/a b',
    timeout: 60,
    parameters: new Map([['who', "O'Neil; rm"]]),
  };
  expect(commandLine(run)).toBe(
    "muster run 'echo '\\''it works'\\''\nuptime' -t ins-abcdefgh -t ins-hgfedcba --type PYTHON --user root --cwd '/tmp/a b' --timeout 60s --param 'who=O'\\''Neil; rm'",
  );
  expect(commandLine({ ...run, commandId: 'cmd-abcdefgh', parameters: new Map() })).toMatch(
    /^muster invoke cmd-abcdefgh -t /,
  );
});

it('finds the parameters that a script asks for', () => {
  const script = 'echo {{name}} {{ name }} {{tat-hidden:secret}} {{name}} {{}}';
  expect(placeholders(script)).toEqual(['name', 'secret']);
  expect([...hiddenKeys(script)]).toEqual(['secret']);
  expect(readParameters(writeParameters(new Map([['a', '1']])))).toEqual(new Map([['a', '1']]));
  expect(readParameters('nonsense').size).toBe(0);
});

it('words lengths of time', () => {
  expect([400, 9_960, 12_000, 59_600, 185_000, 7_800_000, 90_000_000].map(duration)).toEqual([
    '0.4 s',
    '10 s',
    '12 s',
    '1 min 0 s',
    '3 min 5 s',
    '2 h 10 min',
    '1 d 1 h',
  ]);
  expect([0, 12_000, 180_000, 1.8e7, 3.6e8].map(ago)).toEqual([
    'just now',
    '12 s ago',
    '3 min ago',
    '5 h ago',
    '4 d ago',
  ]);
});

it('has a word for every status, also for one that is not known yet', () => {
  const statuses = Object.values(TaskStatus).filter((value) => value !== TaskStatus.UNSPECIFIED);
  expect(statuses.map((status) => shownTask(status).word)).not.toContain('Unknown');
  expect(shownTask(99 as TaskStatus).word).toBe('Unknown');
  expect(score([TaskStatus.SUCCESS, TaskStatus.TERMINATED, TaskStatus.START_FAILED]).failed).toBe(1);
});

it('fills in a run again without the values it must not know, and without falling back to other defaults', () => {
  const run = create(InvocationSchema, {
    commandContent: new TextEncoder().encode('login {{user}} {{tat-hidden:password}}'),
    commandType: CommandType.SHELL,
    parameters: '{"user":"ana","password":"******"}',
    username: 'root',
    workingDirectory: '/srv',
    timeout: 60,
  });
  expect(draftOf(run)).toMatchObject({
    withParameters: true,
    values: { user: 'ana' },
    username: '',
    directory: '/srv',
  });
  expect(draftOf({ ...run, commandVersion: 3 })).toMatchObject({ username: 'root', directory: '/srv', timeout: '60' });
  expect(obstacle(draftOf(run), ['ins-a'], ['user', 'password'])).toBe('Give the parameter password a value');
  expect(obstacle(draftOf(run), ['ins-a', 'rins-b'], [])).toBe(
    'A run takes instances of one kind; these are CVM and registered',
  );
});
