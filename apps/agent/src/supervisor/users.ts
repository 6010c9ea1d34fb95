import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** An account of the machine. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Looks a user up by name, also in directories such as LDAP; undefined when there is none. */
export async function findUser(name: string): Promise<User | undefined> {
  // an empty name or a number would be understood as something else than a name
  if (!/^[A-Za-z_][A-Za-z0-9_.@-]*\$?$/.test(name)) return undefined;
  const line = await promisify(execFile)('getent', ['passwd', '--', name]).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  const [found, , uid, gid, , home, shell] = line.split(':');
  if (found !== name) return undefined;
  return { name, uid: Number(uid), gid: Number(gid), home: home || '/', shell: shell || '/bin/sh' };
}
