import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Builds the console's files when they are missing or older than their sources; answers where they are. */
export function ensureConsole(root: string): string {
  const app = join(root, 'apps', 'console');
  const page = join(app, 'dist', 'index.html');
  const sources = [
    join(app, 'src'),
    join(app, 'index.html'),
    join(app, 'vite.config.ts'),
    join(root, 'libs', 'contract', 'src'),
    join(root, 'package-lock.json'),
  ];
  const newest = Math.max(...sources.map(newestChange));
  if (!existsSync(page) || statSync(page).mtimeMs < newest) {
    const built = spawnSync('npm', ['run', 'build', '--silent', '--workspace', '@muster/console'], {
      cwd: root,
      encoding: 'utf8',
    });
    if (built.status !== 0) throw new Error(`the console could not be built:\n${built.stdout}${built.stderr}`);
  }
  return join(app, 'dist');
}

function newestChange(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((entry) => newestChange(join(path, entry))));
}
