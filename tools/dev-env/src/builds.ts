import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The programs that are run as one file each, by the source that they begin with. */
const PROGRAMS = {
  'iam-svc': { main: 'main.ts' },
  'command-svc': { main: 'main.ts' },
  'invocation-svc': { main: 'main.ts' },
  // a thread of its own, whose program is looked for beside the service's
  'session-svc': { main: 'main.ts', 'index-worker': 'recording/index-worker.ts' },
  gateway: { main: 'main.ts' },
  cli: { main: 'main.ts' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The services, the gateway, and the command line. */
export type ProgramName = keyof typeof PROGRAMS;

/** Native code stays where npm has put it. */
const NATIVE = ['better-sqlite3'];

/** Builds the console's files when they are missing or older than their sources; answers where they are. */
export function ensureConsole(root: string): string {
  return ensureBuilt(root, { app: 'console', proof: 'index.html', sources: ['src', 'index.html', 'vite.config.ts'] });
}

/** The same for what new machines install the agent from. */
export function ensureAgent(root: string): string {
  return ensureBuilt(root, { app: 'agent', proof: 'install.sh', sources: ['src', 'build.ts', 'package.json'] });
}

/**
 * The same for programs, each of which becomes one file; answers with them. A service consists of a thousand modules, and to find and link
 * those takes most of the time in which it starts.
 */
export async function ensurePrograms(root: string): Promise<Readonly<Record<ProgramName, string>>> {
  const names = Object.keys(PROGRAMS) as ProgramName[];
  const stale = names.filter((name) =>
    Object.keys(PROGRAMS[name]).some((program) =>
      isStale(root, join('apps', name, 'dist', `${program}.js`), [join('apps', name, 'src')]),
    ),
  );
  await Promise.all(stale.map((name) => bundle(join(root, 'apps', name), PROGRAMS[name])));
  const files = names.map((name) => [name, join(root, 'apps', name, 'dist', 'main.js')]);
  return Object.fromEntries(files) as Record<ProgramName, string>;
}

/** Unpacks what `ensureAgent` made, as the installation on a machine does; answers with the agent's program in this folder. */
export function unpackAgent(built: string, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o755 });
  execFileSync('tar', ['-xzf', join(built, 'muster-agent.tgz'), '-C', folder]);
  return join(folder, 'main.cjs');
}

/** An app that is built, the file that a build writes last, and what it is made from beside the libraries, relative to the app. */
interface Build {
  readonly app: string;
  readonly proof: string;
  readonly sources: readonly string[];
}

function ensureBuilt(root: string, { app, proof, sources }: Build): string {
  const folder = join('apps', app);
  const built = join(folder, 'dist');
  if (
    isStale(
      root,
      join(built, proof),
      sources.map((source) => join(folder, source)),
    )
  ) {
    const build = spawnSync('npm', ['run', 'build', '--silent', '--workspace', `@muster/${app}`], {
      cwd: root,
      encoding: 'utf8',
    });
    if (build.status !== 0) throw new Error(`the ${app} could not be built:\n${build.stdout}${build.stderr}`);
  }
  return join(root, built);
}

/** Several may do this at once: each in a folder of its own, and every file appears whole. */
async function bundle(app: string, programs: Readonly<Record<string, string>>): Promise<void> {
  const { rolldown } = await import('rolldown');
  const dist = join(app, 'dist');
  mkdirSync(dist, { recursive: true });
  const work = mkdtempSync(join(dist, '.work-'));
  try {
    for (const [program, source] of Object.entries(programs)) {
      await using build = await rolldown({
        input: join(app, 'src', source),
        platform: 'node',
        external: NATIVE,
        // where a package has modules beside UMD, whose imports nothing can follow
        resolve: { mainFields: ['module', 'main'] },
      });
      await build.write({ file: join(work, `${program}.js`), format: 'esm', codeSplitting: false });
    }
    for (const file of readdirSync(work)) renameSync(join(work, file), join(dist, file));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Whether something that is built is missing, or older than its sources, a library, or the packages; paths relative to the root. */
function isStale(root: string, built: string, sources: readonly string[]): boolean {
  if (!existsSync(join(root, built))) return true;
  const libraries = readdirSync(join(root, 'libs')).map((name) => join('libs', name, 'src'));
  const all = [...sources, ...libraries, 'package-lock.json'].map((source) => changedAt(join(root, source)));
  return statSync(join(root, built)).mtimeMs < Math.max(...all);
}

function changedAt(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((entry) => changedAt(join(path, entry))));
}
