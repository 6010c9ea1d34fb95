import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(0);
}, 90_000);
afterAll(() => fixture[Symbol.asyncDispose]());

/** The CLI, which has to succeed. */
async function muster(args: readonly string[], stdin?: string): Promise<string> {
  const { code, stdout, stderr } = await fixture.muster(args, stdin === undefined ? {} : { stdin });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}
const folder = (name: string) => join(fixture.folder, name);
const importing = async (...args: string[]) =>
  JSON.parse(await muster(['library', 'import', ...args, '--json'])) as unknown;
const contents = (name: string) =>
  Object.fromEntries(readdirSync(folder(name)).map((file) => [file, readFileSync(join(folder(name), file), 'base64')]));
const versions = async (name: string) =>
  (JSON.parse(await muster(['command', 'versions', name, '--json'])) as { TotalCount: number }).TotalCount;

it('brings commands back from an empty account byte for byte, and makes versions of what changed only', async () => {
  const create = (name: string, script: string, ...options: string[]) =>
    muster(['command', 'create', name, '-f', '-', ...options], script);
  await create('plain', 'uptime\n');
  await create(
    '磁盘.v2',
    'df -h {{path}}\r\n\r\n# 没有换行',
    '--param',
    'path=/',
    '--param',
    'unit=',
    '--tag',
    'team=ops',
  );
  const described = ['--param', 'target=007', '--param', 'when=yes', '--param-description', 'target=where: "to"'];
  await create(
    'backup',
    '\uFEFFprint("{{target}}")',
    '--type',
    'python',
    '--timeout',
    '2h',
    '--user',
    'app',
    ...described,
  );
  await create('windows', 'dir\r\n', '--type', 'bat', '--description', "- 'no' # yes");
  await create(
    'elsewhere',
    'ls',
    '--cwd',
    '/srv',
    '--with-parameters',
    '--output-bucket',
    'https://s3.example.com/logs',
  );

  await muster(['library', 'export', folder('one')]);
  expect(readdirSync(folder('one'))).toHaveLength(10);
  const names = ['backup', 'elsewhere', 'plain', 'windows', '磁盘.v2'];
  expect(await importing(folder('one'))).toEqual({ Created: [], Changed: [], Unchanged: names, Deleted: [] });
  for (const name of names) expect(await versions(name)).toBe(1);

  await muster(['command', 'delete', ...names, '--yes']);
  expect(await importing(folder('one'))).toEqual({ Created: names, Changed: [], Unchanged: [], Deleted: [] });
  await muster(['library', 'export', folder('two')]);
  expect(contents('two')).toEqual(contents('one'));

  writeFileSync(join(folder('two'), 'plain.sh'), 'uptime -p\n');
  writeFileSync(join(folder('two'), 'elsewhere.yaml'), 'name: elsewhere\ntype: SHELL\nenableParameter: true\n');
  const changed = {
    Created: [],
    Changed: ['elsewhere', 'plain'],
    Unchanged: ['backup', 'windows', '磁盘.v2'],
    Deleted: [],
  };
  expect(await importing(folder('two'), '--dry-run')).toEqual(changed);
  expect(await versions('plain')).toBe(1);
  expect(await importing(folder('two'))).toEqual(changed);
  expect(await versions('plain')).toBe(2);
  expect(await versions('backup')).toBe(1);
  await muster(['library', 'export', folder('three')]);
  expect(contents('three')).toEqual(contents('two'));
}, 120_000);
