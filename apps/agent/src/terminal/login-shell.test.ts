import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ShellWanted, shellProgram } from '../domain/shell-program.ts';
import { findUser } from '../supervisor/users.ts';
import { nativePty } from './native-pty.ts';
import { openPty } from './pty.ts';

const native = nativePty();
/** Without the addon these tests fail. */
const onLinux = process.platform === 'linux';
const root = process.getuid?.() === 0;

async function login(name: string, more: Partial<ShellWanted> = {}) {
  const found = (await findUser(name))!;
  const user = { ...found, shell: '/bin/bash' };
  const switchTo = user.uid === process.getuid!() ? undefined : user;
  const path = '/usr/local/bin:/usr/bin:/bin';
  const wanted = {
    sessionId: 'ses-logintest',
    user,
    switchTo,
    workingDirectory: '',
    groups: [],
    path,
    lang: 'C.UTF-8',
  };
  const printed: string[] = [];
  const program = { ...shellProgram({ ...wanted, ...more }), columns: 80, rows: 24, uid: user.uid };
  const pty = openPty(native!, program, (bytes) => printed.push(Buffer.from(bytes).toString()));
  onTestFinished(() => pty.hangUp());
  return {
    /** What the shell prints when this is typed, up to its end. */
    run: async (line: string) => {
      await pty.write(Buffer.from(`${line}; exit\n`));
      await pty.exited;
      return printed.join('');
    },
  };
}

describe.runIf(onLinux && root)('T29: a shell of somebody', () => {
  it('has that user, that user’s groups and terminal, and nothing of root’s', async () => {
    const shell = await login('nobody', { workingDirectory: '/' });
    const printed = await shell.run(
      'echo "id=$(id -u)" "groups=$(id -Gn)" "tty=$(stat -c %U $(tty))"; : >$(tty) && echo mine; pwd',
    );
    const { uid } = (await findUser('nobody'))!;
    const groups = execFileSync('id', ['-Gn', 'nobody'], { encoding: 'utf8' }).trim();
    expect(printed).toContain(`id=${uid} groups=${groups} tty=nobody`);
    expect(printed).toMatch(/\r\nmine\r\n\/\r\n/);
  });

  it('is a login shell that controls jobs', async () => {
    const shell = await login('root');
    const printed = await shell.run(
      'shopt -q login_shell && echo "login in $PWD"; sleep 0 & jobs -p >/dev/null && echo jobs',
    );
    expect(printed).toContain(`login in ${homedir()}`);
    expect(printed).toContain('\r\njobs\r\n');
    expect(printed).not.toContain('no job control');
  });

  it('says that a directory cannot be entered, and begins at home', async () => {
    const shell = await login('root', { workingDirectory: '/no/where' });
    const printed = await shell.run('echo at=$(pwd)');
    expect(printed).toContain('muster: cannot enter /no/where\r\n');
    expect(printed).toContain(`at=${homedir()}\r\n`);
  });
});
