import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CommandType } from '@muster/contract';
import { bat } from './bat/runner.ts';
import { powershell } from './powershell/runner.ts';
import { python } from './python/runner.ts';
import type { Runner } from './runner.ts';
import { shell } from './shell/runner.ts';

export type { Runner } from './runner.ts';

const RUNNERS: readonly Runner[] = [shell, python, powershell, bat];

/** The runner of a language; a language that is not given is SHELL. */
export function runnerOf(type: CommandType): Runner | undefined {
  return RUNNERS.find((runner) => runner.type === (type || CommandType.SHELL));
}

/** The languages that this machine can run: the supervisor is a shell script over /proc, so there are none but on Linux. */
export function supportedFeatures(path: string): string[] {
  if (process.platform !== 'linux') return [];
  return RUNNERS.filter(({ interpreters }) => findProgram(interpreters(process.platform), path)).map(
    ({ feature }) => feature,
  );
}

/** The absolute path of the first of these programs that `path` has. */
export function findProgram(names: readonly string[], path: string): string | undefined {
  const folders = path.split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
