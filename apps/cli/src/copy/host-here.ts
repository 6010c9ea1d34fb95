import { createHash } from 'node:crypto';
import { constants, readFileSync } from 'node:fs';
import * as disk from 'node:fs/promises';
import { accountsIn, type FileHost } from '@muster/terminal';

/** The disk of this machine, as the user who copies. */
export function hostHere(): FileHost {
  const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
  return {
    disk,
    flags: {
      read: O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
      make: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
      goOn: O_RDWR | O_NOFOLLOW,
    },
    accounts: accountsIn({ passwd: textOf('/etc/passwd'), group: textOf('/etc/group') }),
    uid: process.getuid?.() ?? -1,
    pid: process.pid,
    sha256: () => createHash('sha256'),
    isAlive,
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // somebody else's process is one
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
