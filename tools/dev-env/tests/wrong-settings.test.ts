import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../src/index.ts';

const { PATH, NODE_COMPILE_CACHE } = process.env;

it.each([
  ['iam-svc', 'MUSTER_LISTEN', 'must be host:port'],
  ['command-svc', 'MUSTER_LISTEN', 'must be host:port'],
  ['invocation-svc', 'MUSTER_LISTEN', 'must be host:port'],
  ['session-svc', 'MUSTER_TERMINAL_LISTEN', 'must be host:port'],
  ['gateway', 'MUSTER_TERMINAL_ORIGINS', 'must be scheme://host:port'],
  ['agent', 'MUSTER_AGENT_CONCURRENCY', 'must be a whole number from 1 to 1000'],
])('%s ends with nothing but a line for each setting that is missing or wrong', (app, env, fault) => {
  const main = join(ROOT, 'apps', app, 'src/main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main], {
    env: { PATH, NODE_COMPILE_CACHE, [env]: 'x', MUSTER_LOG_LEVEL: 'loud' },
    encoding: 'utf8',
  });
  const [first, ...faults] = stderr.trimEnd().split('\n');
  expect(first).toBe('these settings are missing or wrong:');
  expect(faults.filter((line) => !/^ {2}MUSTER_\w+ \(.+\): ./.test(line))).toEqual([]);
  for (const [name, said] of [
    [env, fault],
    ['MUSTER_LOG_LEVEL', 'Invalid option'],
  ] as const) {
    expect(faults).toContainEqual(expect.stringMatching(new RegExp(`^ {2}${name} .*: ${said}`)));
  }
  expect(stdout).toBe('');
  expect(status).toBe(1);
});
