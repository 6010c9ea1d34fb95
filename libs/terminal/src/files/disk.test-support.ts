import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import * as disk from 'node:fs/promises';
import { accountsIn } from './accounts.ts';
import type { FileHost } from './file-host.ts';

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/** The disk of this machine, as a process with this number that does nothing as root. */
export function hostHere(more: Partial<FileHost> = {}): FileHost {
  return {
    disk,
    flags: {
      read: O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
      make: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
      goOn: O_RDWR | O_NOFOLLOW,
    },
    accounts: accountsIn({
      passwd: 'root:x:0:0::/root:/bin/sh\nana:x:1000:1001::/:',
      group: 'root:x:0:\nteam:x:1001:',
    }),
    uid: process.getuid!(),
    pid: 77,
    sha256: () => createHash('sha256'),
    isAlive: () => false,
    ...more,
  };
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
