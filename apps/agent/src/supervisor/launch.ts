import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomText } from '@muster/kernel';
import { failPoint } from '@muster/telemetry';
import { uptimeMs } from '../host.ts';
import { OUTPUTS, type TaskFolder } from '../spool/task-folder.ts';
import { CannotStart } from './account.ts';
import type { ControlGroups } from './control-groups.ts';
import type { Prepared } from './prepare.ts';

/** Shipped beside this file; a bundle has to carry it along. */
const SUPERVISOR = fileURLToPath(new URL('./supervisor.sh', import.meta.url));

/** Exit status of a supervisor that found the permit taken. */
export const PERMIT_TAKEN = 75;

/** Bytes that a task holds back on the disk until its end is to be written down. */
const RESERVE_BYTES = 32_768;

/** What launching needs of the agent. */
export interface LaunchContext {
  readonly bootId: string;
  readonly groups: ControlGroups;
}

/** Starts the supervisor of a task in a session of its own, so that it outlives the agent. Throws CannotStart. */
export async function launch(
  folder: TaskFolder,
  prepared: Prepared,
  { bootId, groups }: LaunchContext,
): Promise<ChildProcess> {
  const { runner, interpreter, switchTo, workingDirectory, environment } = prepared;
  const { order } = folder;
  // the journal is closed to other users, so their script gets a folder of its own; a name that is taken makes mkdir fail
  const scriptFolder = switchTo ? join(tmpdir(), `muster-${randomText(16)}`) : folder.path;
  const script = join(scriptFolder, runner.fileName);
  try {
    // of an earlier attempt
    await folder.removeScript();
    await folder.recordLaunch({ bootId, uptimeMs: uptimeMs(), script: switchTo ? scriptFolder : script });
    if (switchTo) await mkdir(scriptFolder, { mode: 0o700 });
    await writeAnew(script, order.content, 0o500);
    if (switchTo) for (const path of [script, scriptFolder]) await chown(path, switchTo.uid, switchTo.gid);
    // outputs exist from the start, so that they can be watched; their totals so that they have room when the disk is full by then
    for (const output of OUTPUTS) {
      await writeAnew(folder.file(output), '', 0o600);
      await writeAnew(folder.file(`${output}.total`), '\n', 0o600);
    }
    await writeAnew(folder.file('reserve'), Buffer.alloc(RESERVE_BYTES), 0o600);
    for (const name of ['reached', 'rc.tmp']) await rm(folder.file(name), { force: true });
    const child = spawn(
      '/bin/sh',
      [
        SUPERVISOR,
        folder.id,
        String(order.outputLimitBytes),
        switchTo ? String(switchTo.uid) : '',
        switchTo ? String(switchTo.gid) : '',
        groups.make(order).join(':'),
        workingDirectory,
        interpreter,
        ...runner.arguments(script),
      ],
      { cwd: folder.path, env: environment, stdio: 'ignore', detached: true },
    );
    await once(child, 'spawn');
    await failPoint('agent.after-launch');
    // an agent that stops does not wait for scripts
    child.unref();
    return child;
  } catch (error) {
    throw new CannotStart(
      syscallOf(error).startsWith('spawn')
        ? `TaskSpawnFailed: the system could not start another process (${codeOf(error)})`
        : `ScriptStoreFailed: the script could not be put in place (${codeOf(error)})`,
    );
  }
}

/** Writes a file that is new in this moment, whatever had its name: not through a link. */
async function writeAnew(file: string, data: string | Uint8Array, mode: number): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, data, { flag: 'wx', mode });
}

function syscallOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).syscall ?? '';
}

function codeOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOSPC' ? 'NO_SPACE: the disk is full' : (code ?? 'unknown error');
}
