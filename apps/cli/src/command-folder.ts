import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandInFiles, commandFromFiles, commandToFiles, SCRIPT_EXTENSIONS } from '@muster/command';
import { Refusal } from '@muster/kernel';
import { withTagsByKey } from './command-in-files.ts';
import { Stop } from './stop.ts';

const YAML = '.yaml';
const EXTENSIONS: readonly string[] = Object.values(SCRIPT_EXTENSIONS);

/** What became of the files of a command. */
export type Written = 'created' | 'changed' | 'unchanged';

/** A file with its exact bytes. */
interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The names of the two files of a command. */
export function fileNames({ name, type }: CommandInFiles): { yaml: string; script: string } {
  return { yaml: `${name}${YAML}`, script: `${name}${SCRIPT_EXTENSIONS[type]}` };
}

/** Writes a command's two files; those that hold the same bytes already are left alone. */
export async function writeCommand(folder: string, command: CommandInFiles): Promise<Written> {
  await mkdir(folder, { recursive: true });
  const names = fileNames(command);
  const { yaml, script } = commandToFiles(command);
  const files: NamedFile[] = [
    { name: names.yaml, bytes: Buffer.from(yaml) },
    { name: names.script, bytes: script },
  ];
  const results: Written[] = [];
  for (const { name, bytes } of files) {
    const known = await readIfThere(join(folder, name));
    const same = known !== undefined && Buffer.compare(known, bytes) === 0;
    if (!same) await writeFile(join(folder, name), bytes);
    results.push(same ? 'unchanged' : known ? 'changed' : 'created');
  }
  if (results.every((each) => each === results[0])) return results[0]!;
  return 'changed';
}

/** The names of files in a folder that could be a command's, in order. */
export async function listCommandFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Stop(error.code === 'ENOENT' ? `no folder \`${folder}\`` : `cannot read \`${folder}\`: ${error.message}`);
  });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return files.filter((name) => [YAML, ...EXTENSIONS].some((ending) => name.endsWith(ending))).toSorted();
}

/** Removes files from a folder. */
export async function removeFiles(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(folder, name));
}

/** Commands that the files of a folder say, by name, and everything that is wrong with them. */
export async function readCommands(folder: string): Promise<{ commands: CommandInFiles[]; faults: string[] }> {
  const names = await listCommandFiles(folder);
  const commands: CommandInFiles[] = [];
  const faults: string[] = [];
  const used = new Set<string>();
  for (const name of names.filter((each) => each.endsWith(YAML))) {
    try {
      const command = await readCommand(folder, name, names);
      commands.push(command);
      used.add(fileNames(command).script);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      faults.push(`${name}: ${error.message}`);
      for (const ending of EXTENSIONS) used.add(`${stem(name)}${ending}`);
    }
  }
  for (const name of names) {
    if (!name.endsWith(YAML) && !used.has(name)) faults.push(`${name}: no command has this script`);
  }
  return { commands, faults };
}

async function readCommand(folder: string, yamlName: string, names: readonly string[]): Promise<CommandInFiles> {
  const yaml = await readFile(join(folder, yamlName), 'utf8');
  const scripts = EXTENSIONS.map((ending) => `${stem(yamlName)}${ending}`).filter((each) => names.includes(each));
  // the language decides which script it is, and the file says the language
  const [first] = scripts;
  if (first === undefined)
    throw wrong(`has no script beside it: ${stem(yamlName)} with one of ${EXTENSIONS.join(', ')}`);
  const command = commandFromFiles(yaml, await readFile(join(folder, first)));
  if (command.name !== stem(yamlName)) throw wrong(`must be called as its command: \`${command.name}${YAML}\``);
  const { script } = fileNames(command);
  if (scripts.length > 1 || script !== first) {
    throw wrong(`is of type ${command.type}, whose only script must be ${script}, but there is ${scripts.join(', ')}`);
  }
  return withTagsByKey(command);
}

function wrong(message: string): Refusal {
  return new Refusal('invalid', 'InvalidParameterValue', message);
}

function stem(yamlName: string): string {
  return yamlName.slice(0, -YAML.length);
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
