import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedBlock, documentedCommands } from './documented-commands.ts';
import { type CliResult, type Fixture, startFixture } from './fixture.ts';

const README = documentedCommands('README.md');
const MANUAL = documentedCommands('docs/cli.md');

/** What the examples speak of and no example makes. */
const BEFORE = [
  'muster instance tag role=web -t "web-*"',
  'muster iam user add bob',
  'for name in run-on-all run-on-web readers; do muster iam policy create $name -f all.json; done',
];
const ALLOW_ALL = '{"version":"2.0","statement":[{"effect":"allow","action":"tat:*","resource":"*"}]}';

let fixture: Fixture;
let folder: string;
beforeAll(async () => {
  fixture = await startFixture(2);
  folder = join(fixture.folder, 'work');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const name of ['muster', 'bin/muster']) {
    write(name, `#!/bin/sh\nexec '${process.execPath}' '${fixture.constellation.cli}' "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  write('report.py', 'print("fine")\n');
  write('disk.sh', 'df -h {{path}}\n');
  write('policy.json', documentedBlock('README.md', 'json', 0));
  for (const name of ['all.json', 'new.json']) write(name, ALLOW_ALL);
  const principal = { qcs: [`qcs::cam::uin/${fixture.constellation.root.uin}:root`] };
  const statement = [{ effect: 'allow', action: 'name/sts:AssumeRole', principal }];
  write('trust.json', JSON.stringify({ version: '2.0', statement }));
  for (const line of BEFORE) {
    const { code, stderr } = await shell(line);
    if (code !== 0) throw new Error(`${line}: ${stderr}`);
  }
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose]());

/** Runs a line as a user's shell would, in a folder of its own. Ids in documents are examples: those of machines stand for web-1. */
async function shell(line: string): Promise<CliResult> {
  const [machine] = fixture.constellation.machines;
  const typed = line.replaceAll(/\bins-[a-z0-9]{8}\b/g, machine!.instanceId);
  const child = spawn('sh', ['-c', typed], {
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      HOME: fixture.folder,
      MUSTER_CONFIG: join(fixture.folder, 'config', 'config.json'),
      MUSTER_CONTEXT: 'root',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const result = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    result.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    result.stderr += chunk;
  });
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? 128)));
  return { code, ...result };
}

describe.each([
  ['README.md', README],
  ['docs/cli.md', MANUAL],
])('every line of %s ends as it says', (_, { lines }) => {
  test.each(lines)('$line', { timeout: 90_000 }, async ({ line, exitCode }) => {
    const { code, stdout, stderr } = await shell(line);
    expect({ code, said: code === exitCode ? '' : stdout + stderr }).toEqual({ code: exitCode, said: '' });
  });
});

test('what is not run is little, and says why', () => {
  expect(README.lines.length).toBeGreaterThan(25);
  expect(MANUAL.lines.length).toBeGreaterThan(60);
  expect([...README.notRun, ...MANUAL.notRun]).toEqual([
    'boots what the other examples run in',
    'asks for a secret',
    'the machines of the examples are needed to the end',
    'somebody has to be there',
    'ports are forwarded only where an installation is set to',
    'root, who runs these examples, takes no role on',
  ]);
});
