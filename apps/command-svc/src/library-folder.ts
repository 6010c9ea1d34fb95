import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PublicCommandInFiles, publicCommandFromFiles, SCRIPT_EXTENSIONS, sceneFromFile } from '@muster/command';
import type { SceneFolder } from './domain/public-library.ts';

/** The public library that comes with Muster. */
export const SHIPPED_LIBRARY = fileURLToPath(new URL('../library', import.meta.url));

const SCENE_FILE = 'scene.yaml';
/** May lie anywhere. */
const FOR_READERS = 'README.md';

/**
 * Reads the public library: one folder per scene, with `scene.yaml` and each command's `<name>.yaml` beside its script. Throws an Error that
 * names the file, and in it the key, of the first mistake; a file that belongs to nothing is one.
 */
export async function readLibraryFolder(folder: string): Promise<SceneFolder[]> {
  const scenes: SceneFolder[] = [];
  for (const entry of await listed(folder)) {
    if (!entry.isDirectory()) throw mistake(entry.name, 'is no folder of a scene');
    scenes.push(await readScene(folder, entry.name));
  }
  return scenes;
}

async function readScene(folder: string, name: string): Promise<SceneFolder> {
  const files = new Set((await listed(join(folder, name))).map((entry) => entry.name));
  if (!files.delete(SCENE_FILE)) throw mistake(`${name}/${SCENE_FILE}`, 'is missing');
  const read = (file: string) => readFile(join(folder, name, file));
  const scene = named(`${name}/${SCENE_FILE}`, sceneFromFile, String(await read(SCENE_FILE)));
  const commands: PublicCommandInFiles[] = [];
  for (const file of [...files].filter((each) => each.endsWith('.yaml'))) {
    files.delete(file);
    const stem = file.slice(0, -'.yaml'.length);
    const script = Object.values(SCRIPT_EXTENSIONS)
      .map((extension) => stem + extension)
      .find((each) => files.delete(each));
    if (script === undefined) throw mistake(`${name}/${file}`, `has no script beside it, such as ${stem}.sh`);
    const command = named(`${name}/${file}`, publicCommandFromFiles, String(await read(file)), await read(script));
    if (command.name !== stem)
      throw mistake(`${name}/${file}`, `name must be that of the file, is \`${command.name}\``);
    if (SCRIPT_EXTENSIONS[command.type] !== extname(script)) {
      throw mistake(
        `${name}/${script}`,
        `must end in ${SCRIPT_EXTENSIONS[command.type]}, as ${command.type} scripts do`,
      );
    }
    commands.push(command);
  }
  for (const file of files) throw mistake(`${name}/${file}`, 'belongs to no command');
  return { scene, commands };
}

async function listed(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter(({ name }) => name !== FOR_READERS && !name.startsWith('.'))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** What `parse` gives; a mistake in the file names it. */
function named<A extends unknown[], T>(file: string, parse: (...from: A) => T, ...from: A): T {
  try {
    return parse(...from);
  } catch (error) {
    throw mistake(file, error instanceof Error ? error.message : String(error));
  }
}

function mistake(file: string, what: string): Error {
  return new Error(`public library: ${file}: ${what}`);
}
