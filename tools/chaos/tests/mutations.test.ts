import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '@muster/dev-env';
import { tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { changesOf, MUTATIONS, type MutationName, nodeOption, patched } from '../src/mutations.ts';

const NAMES = Object.keys(MUTATIONS) as MutationName[];
const changes = (name: MutationName) => changesOf(name, { root: ROOT, copy: '/nowhere/supervisor.sh' });

it.each(NAMES)('%s still finds what it takes away, and Node can load what is left', (name) => {
  const { patch, copied } = changes(name);
  const load = `await import(${JSON.stringify(pathToFileURL(join(ROOT, patch.file)).href)})`;
  execFileSync(process.execPath, [nodeOption(patch, ROOT), '--input-type=module', '-e', load], { stdio: 'pipe' });
  if (copied !== undefined) execFileSync('sh', ['-n'], { input: copied });
});

it('a process whose module does not have the fragment does not start', () => {
  const { patch } = changes('cas-off');
  const stale = { ...patch, fragment: 'this is not there' };
  const load = `await import(${JSON.stringify(pathToFileURL(join(ROOT, patch.file)).href)})`;
  const run = () =>
    execFileSync(process.execPath, [nodeOption(stale, ROOT), '--input-type=module', '-e', load], { stdio: 'pipe' });
  expect(run).toThrow('the mutation has to be renewed');
});

it('a program that is one file does not start', () => {
  using folder = tempDirectory('muster-mutated-');
  const program = join(folder.path, 'main.js');
  writeFileSync(program, '');
  const run = () =>
    execFileSync(process.execPath, [nodeOption(changes('cas-off').patch, ROOT), program], { stdio: 'pipe' });
  expect(run).toThrow('runs from its sources only');
});

it('with the compare-and-set off a task that was cancelled may start', async () => {
  const { patch } = changes('cas-off');
  const file = pathToFileURL(join(ROOT, patch.file)).href;
  const ask = `const { start } = await import(${JSON.stringify(file)});
    console.log(String(start({ status: 'CANCELLED', claim: undefined }, 'claim', 0, {}).granted));`;
  const answer = (...options: string[]) =>
    execFileSync(process.execPath, [...options, '--input-type=module', '-e', ask], { encoding: 'utf8' }).trim();
  expect([answer(), answer(nodeOption(patch, ROOT))]).toEqual(['false', 'true']);
});

it('a fragment that is there twice is refused like one that is missing', () => {
  const patch = { file: 'some.ts', fragment: 'a', replacement: 'b' };
  expect(patched('xax', patch)).toBe('xbx');
  for (const text of ['x', 'xaxa']) expect(() => patched(text, patch)).toThrow('some.ts');
  // a dollar sign of the replacement is nothing but that
  expect(patched('xax', { ...patch, replacement: '$&' })).toBe('x$&x');
});

it('what is replaced is what the defect is about', () => {
  const { file, fragment } = MUTATIONS['permit-off'].patch;
  expect(readFileSync(join(ROOT, file), 'utf8')).toContain(`${fragment}\n`);
});
