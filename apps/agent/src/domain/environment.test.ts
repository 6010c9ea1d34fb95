import { expect, it } from 'vitest';
import { scriptEnvironment } from './environment.ts';

it("is the user's, with parameters and nothing else of the order", () => {
  const user = { name: 'deploy', home: '/home/deploy', shell: '/bin/bash' };
  const given = {
    MUSTER_PARAM_A_1: 'x y',
    LD_PRELOAD: '/evil.so',
    PATH: '/evil',
    'MUSTER_PARAM_A=B': 'c',
    MUSTER_PARAM_: '',
  };
  expect(scriptEnvironment({ user, path: '/bin', lang: 'C', invocationId: 'inv-1', given })).toEqual({
    PATH: '/bin',
    LANG: 'C',
    TERM: 'xterm-color',
    HOME: '/home/deploy',
    USER: 'deploy',
    LOGNAME: 'deploy',
    SHELL: '/bin/bash',
    MUSTER_INVOCATION_ID: 'inv-1',
    MUSTER_PARAM_A_1: 'x y',
  });
});
