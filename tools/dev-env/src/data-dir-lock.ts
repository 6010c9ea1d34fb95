import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Keeps a data directory to one constellation: throws when another one that still runs has it. A dead one's claim does not count. */
export function lockDataDir(file: string): Disposable {
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (pid !== process.pid && isNode(pid))
    throw new Error(`process ${pid} runs with this data directory already; stop it, or name another --data-dir`);
  writeFileSync(file, String(process.pid));
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

/** Pids are used again: another program under the old number is not a constellation. */
function isNode(pid: number): boolean {
  return pid > 0 && String(spawnSync('ps', ['-o', 'command=', '-p', String(pid)]).stdout).includes('node');
}
