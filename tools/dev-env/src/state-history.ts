import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RecordedStep } from '@muster/testkit/state-history';
import { ROOT } from './constellation.ts';

const PROGRAM = join(ROOT, 'apps', 'invocation-svc', 'tests', 'history.ts');
const storeOf = (dataDir: string) => join(dataDir, 'invocation-svc', 'invocation.db');

/** Has the store of a running constellation keep every state that tasks and runs go through. */
export async function recordHistory(dataDir: string): Promise<void> {
  await history('record', storeOf(dataDir));
}

/** Throws when in a stopped constellation something happened that cannot, or a run is not what its tasks say. */
export async function checkHistory(dataDir: string): Promise<void> {
  await history('check', storeOf(dataDir));
}

/** Every step that was recorded: of the tables `invocation_task` and `invocation`. */
export async function historyOf(dataDir: string): Promise<RecordedStep[]> {
  return JSON.parse(await history('show', storeOf(dataDir))) as RecordedStep[];
}

async function history(verb: 'record' | 'check' | 'show', file: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, verb, file], { maxBuffer: 1 << 26 });
  return stdout;
}
