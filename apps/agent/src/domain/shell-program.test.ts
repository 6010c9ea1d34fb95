import { expect, it } from 'vitest';
import { type ShellWanted, shellProgram } from './shell-program.ts';

const wanted: ShellWanted = {
  sessionId: 'ses-12345678',
  user: { name: 'ana', home: '/home/ana', shell: '/bin/bash' },
  switchTo: undefined,
  workingDirectory: '',
  groups: [],
  path: '/usr/bin:/bin',
  lang: 'C.UTF-8',
};

it('starts a login shell in the home, or where it was asked to', () => {
  expect(shellProgram(wanted).args.slice(-3)).toEqual(['/home/ana', '/bin/bash', '-l']);
  expect(shellProgram({ ...wanted, workingDirectory: '/srv' }).args.slice(-3)).toEqual(['/srv', '/bin/bash', '-l']);
});

it('takes on the user with all of the user’s groups, after it joined its own', () => {
  const { args } = shellProgram({
    ...wanted,
    switchTo: { uid: 1000, gid: 1001 },
    groups: ['/sys/fs/cgroup/pids/muster/i/s', '/sys/fs/cgroup/memory/muster/i/s'],
  });
  expect(args[3]).toBe('/sys/fs/cgroup/pids/muster/i/s:/sys/fs/cgroup/memory/muster/i/s');
  expect(args.slice(4, 11)).toEqual(['setpriv', '--reuid', '1000', '--regid', '1001', '--init-groups', '--']);
});

it('has an environment of its own, and the mark of its session once it leads one', () => {
  expect(shellProgram(wanted).env).toEqual({
    PATH: '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    HOME: '/home/ana',
    USER: 'ana',
    LOGNAME: 'ana',
    SHELL: '/bin/bash',
  });
  expect(shellProgram(wanted).args[2]).toBe('ses-12345678');
});
