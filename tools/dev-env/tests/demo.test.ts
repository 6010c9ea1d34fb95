import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { ROOT } from '../src/constellation.ts';

it('runs the demo to its end, with every expectation held', async () => {
  using folder = tempDirectory('muster-demo-');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, 'tools/dev-env/src/main.ts'), 'demo', '--once', '--data-dir', join(folder.path, 'data')],
    {
      env: { ...process.env, MUSTER_CONFIG: join(folder.path, 'config.json') },
    },
  );
  expect(stdout).toContain('step 3 of 3');
  expect(stdout).toMatch(/disk: \d+%/);
  expect(stdout).toContain('safe from injection: nginx; echo injected?');
  expect(stdout).toContain('FAILED');
  expect(stdout).toContain('everything ended as it should');
}, 120_000);
