import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/** Runs systemctl; throws an Error with what it said. */
export type Systemctl = (...args: string[]) => Promise<void>;

/** systemctl where systemd manages this machine (sd_booted(3)); undefined elsewhere, and for whatever is installed below a prefix. */
export function systemctlFor(prefix: string): Systemctl | undefined {
  if (prefix !== '/' || !existsSync('/run/systemd/system')) return undefined;
  return async (...args) => {
    await promisify(execFile)('systemctl', args);
  };
}
