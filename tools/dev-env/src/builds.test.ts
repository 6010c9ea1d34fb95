import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { ensurePrograms } from './builds.ts';

it('makes one file of every program, and again only of what is older than its sources or a library', async () => {
  using folder = tempDirectory('muster-builds-');
  const root = folder.path;
  const write = (file: string, text: string, ageMs = 60_000) => {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), text);
    const then = new Date(Date.now() - ageMs);
    utimesSync(join(root, file), then, then);
  };
  write('package-lock.json', '{}');
  write('libs/kernel/src/greeting.ts', "export const greeting: string = 'hello';\n");
  for (const name of ['iam-svc', 'command-svc', 'invocation-svc', 'session-svc', 'gateway', 'cli']) {
    const greeting = '../../../libs/kernel/src/greeting.ts';
    write(`apps/${name}/src/main.ts`, `const { greeting } = await import('${greeting}');\nconsole.log(greeting);\n`);
  }
  write('apps/session-svc/src/recording/index-worker.ts', 'console.log(1);\n');
  const age = () => ageFolders(root, Date.now() - 60_000);
  age();

  const programs = await ensurePrograms(root);
  const says = (program: string) => spawnSync(process.execPath, [program], { encoding: 'utf8' }).stdout;
  expect(Object.values(programs).map(says)).toEqual(Array(6).fill('hello\n'));
  expect(readdirSync(join(root, 'apps/session-svc/dist')).sort()).toEqual(['index-worker.js', 'main.js']);

  const madeAt = () => Object.values(programs).map((program) => statSync(program).mtimeMs);
  const first = madeAt();
  await ensurePrograms(root);
  expect(madeAt()).toEqual(first);

  write('apps/gateway/src/main.ts', "console.log('changed');\n", -60_000);
  await ensurePrograms(root);
  expect(says(programs.gateway)).toBe('changed\n');
  expect(madeAt().toSpliced(4, 1)).toEqual(first.toSpliced(4, 1));

  write('libs/kernel/src/greeting.ts', "export const greeting = 'goodbye';\n", -60_000);
  await ensurePrograms(root);
  expect(says(programs['iam-svc'])).toBe('goodbye\n');
});

/** A folder is as new as the last file that came into it. */
function ageFolders(folder: string, thenMs: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) ageFolders(join(folder, entry.name), thenMs);
  utimesSync(folder, thenMs / 1_000, thenMs / 1_000);
}
