import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Builds the console's files when they are missing or older than their sources; answers where they are. */
export function ensureConsole(root: string): string {
  const sources = ['src', 'index.html', 'vite.config.ts', '../../libs/contract/src', '../../package-lock.json'];
  return ensureBuilt(root, { app: 'console', proof: 'index.html', sources });
}

/** The same for what new machines install the agent from. */
export function ensureAgent(root: string): string {
  const libraries = ['bus', 'contract', 'kernel', 'rpc', 'telemetry'].map((name) => `../../libs/${name}/src`);
  const sources = ['src', 'build.ts', 'package.json', ...libraries, '../../package-lock.json'];
  return ensureBuilt(root, { app: 'agent', proof: 'install.sh', sources });
}

/** An app that is built, the file that a build writes last, and what it is made from, relative to the app. */
interface Build {
  readonly app: string;
  readonly proof: string;
  readonly sources: readonly string[];
}

function ensureBuilt(root: string, { app, proof, sources }: Build): string {
  const folder = join(root, 'apps', app);
  const built = join(folder, 'dist', proof);
  const newest = Math.max(...sources.map((source) => newestChange(join(folder, source))));
  if (!existsSync(built) || statSync(built).mtimeMs < newest) {
    const build = spawnSync('npm', ['run', 'build', '--silent', '--workspace', `@muster/${app}`], {
      cwd: root,
      encoding: 'utf8',
    });
    if (build.status !== 0) throw new Error(`the ${app} could not be built:\n${build.stdout}${build.stderr}`);
  }
  return join(folder, 'dist');
}

function newestChange(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((entry) => newestChange(join(path, entry))));
}
