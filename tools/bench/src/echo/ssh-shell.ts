import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';

const SSHD = '/usr/sbin/sshd';

/** A login shell behind a local sshd, typed into through a real `ssh`. */
export interface SshShell extends AsyncDisposable {
  type(text: string): void;
  /** Waits for it in what was printed since the last match. */
  until(text: string): Promise<unknown>;
}

/** Starts an sshd of its own on loopback, with keys made for it, and logs in as whoever runs this. */
export async function openSshShell(folder: string): Promise<SshShell> {
  if (!existsSync(SSHD)) throw new Error('this benchmark needs sshd: apt-get install openssh-server');
  await using starting = new AsyncDisposableStack();
  const server = await startSshd(join(folder, 'sshd'), starting);
  const { username } = userInfo();
  const args = [
    ['-tt', '-p', String(server.port), '-i', server.clientKey, '-F', 'none'],
    [
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
      '-o',
      'LogLevel=ERROR',
    ],
    [`${username}@127.0.0.1`, 'PS1="$ " bash --norc'],
  ].flat();
  const client = spawn('ssh', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  starting.defer(() => end(client));
  let printed = '';
  let look = () => {};
  client.stdout.on('data', (bytes: Buffer) => {
    printed += bytes.toString('latin1');
    look();
  });
  const until = (text: string) =>
    new Promise<void>((resolve) => {
      look = () => {
        const at = printed.indexOf(text);
        if (at < 0) return;
        printed = printed.slice(at + text.length);
        look = () => {};
        resolve();
      };
      look();
    });
  await until('$ ');
  const running = starting.move();
  return { type: (text) => void client.stdin.write(text), until, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function startSshd(folder: string, owner: AsyncDisposableStack): Promise<{ port: number; clientKey: string }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = (name: string) => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    return join(folder, name);
  };
  const [hostKey, clientKey] = [key('host'), key('client')];
  copyFileSync(`${clientKey}.pub`, join(folder, 'authorized_keys'));
  const port = await freePort();
  const settings = {
    Port: port,
    ListenAddress: '127.0.0.1',
    HostKey: hostKey,
    AuthorizedKeysFile: join(folder, 'authorized_keys'),
    PidFile: 'none',
    StrictModes: 'no',
    PermitRootLogin: 'prohibit-password',
    PasswordAuthentication: 'no',
    UsePAM: 'no',
  };
  const config = join(folder, 'sshd_config');
  writeFileSync(
    config,
    Object.entries(settings)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  );
  // where it puts itself before it changes to the user
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const sshd = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  owner.defer(() => end(sshd));
  await listening(sshd);
  return { port, clientKey };
}

function listening(sshd: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    sshd.stderr!.on('data', (text) => {
      log += text;
      if (log.includes('Server listening')) resolve();
    });
    sshd.once('exit', () => reject(new Error(`sshd ended at once:\n${log}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
