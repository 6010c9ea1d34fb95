import { createHash } from 'node:crypto';
import { constants, readFileSync } from 'node:fs';
import * as disk from 'node:fs/promises';
import { Socket } from 'node:net';
import { homedir, userInfo } from 'node:os';
import { accountsIn, type FileHost } from '@muster/terminal';
import { FilesServer } from './files-requests.ts';

/** The exit code for a client that does not keep to the protocol (EX_DATAERR). */
const BROKEN = 65;

// the program of a session that copies files: requests on descriptor 0, answers on 1, notes on 3 (docs/file-transfer.md)
const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
const host: FileHost = {
  disk,
  flags: {
    read: O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
    make: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
    goOn: O_RDWR | O_NOFOLLOW,
  },
  accounts: accountsIn({ passwd: textOf('/etc/passwd'), group: textOf('/etc/group') }),
  uid: process.getuid!(),
  pid: process.pid,
  sha256: () => createHash('sha256'),
  isAlive,
};
const answers = new Socket({ fd: 1, readable: false, writable: true });
const notes = new Socket({ fd: 3, readable: false, writable: true });
const server = new FilesServer({
  host,
  user: userInfo().username,
  home: homedir(),
  send: (bytes) => written(answers, bytes),
  note: (line) => written(notes, `${line}\n`),
});
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const)
  process.once(signal, () => void server.leave().finally(() => process.exit(0)));
// nobody reads any more: the end of the input follows
for (const socket of [answers, notes]) socket.on('error', () => undefined);
void run();

async function run(): Promise<never> {
  let code = 0;
  try {
    await server.serve(new Socket({ fd: 0, readable: true, writable: false }));
  } catch {
    code = BROKEN;
  }
  // what was said is read before the process is gone
  await Promise.all([ended(answers), ended(notes)]);
  process.exit(code);
}

function written(socket: Socket, data: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed) reject(new Error('nobody listens'));
    else socket.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

function ended(socket: Socket): Promise<void> {
  return new Promise((resolve) => (socket.destroyed ? resolve() : socket.end(resolve)));
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
