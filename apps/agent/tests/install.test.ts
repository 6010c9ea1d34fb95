import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SessionProgram, TaskOutcome } from '@muster/contract';
import { FILES_VERSION, filesAnswers, filesRequests, MessageStream } from '@muster/terminal';
import { eventually, tempDirectory } from '@muster/testkit';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NODE_FLAGS } from '../src/install/files.ts';
import { type InstallOptions, install as inProcessInstall } from '../src/install/install.ts';
import { layoutOf } from '../src/install/layout.ts';
import { uninstall } from '../src/install/uninstall.ts';
import { CODE_ID, CODE_VALUE, ENROLLED, type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { FakeSessionService } from './fake-session-service.ts';
import { ME } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const APP = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(APP, 'dist');
const machine = oneMachine();
let gateway: FakeGateway;
let folder: ReturnType<typeof tempDirectory>;

beforeAll(() => promisify(execFile)(process.execPath, [join(APP, 'build.ts')]), 120_000);
beforeEach(async () => {
  gateway = await startFakeGateway(machine.service, { agentDir: DIST });
  folder = tempDirectory('muster-install-');
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** Does what the one line does, with the script as it was served, below a folder instead of the whole machine. */
async function script(...args: string[]): Promise<string> {
  const fetched = await fetch(`${gateway.url}/agent/install.sh`);
  const child = spawn('sh', ['-s', '--', '--prefix', folder.path, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(await fetched.text());
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(said);
  return said;
}
const install = (...args: string[]) =>
  script('--server', gateway.url, '--code-id', CODE_ID, '--code-value', CODE_VALUE, ...args);
const ownNode = ['--node', process.execPath];

/** The agent as it was installed, started by hand and connected. */
async function start(): Promise<AsyncDisposable & { readonly ended: Promise<unknown> }> {
  const child = spawn(layoutOf(folder.path).command, ['run'], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, MUSTER_AGENT_RECONNECT_MAX_SECONDS: '0' },
  });
  const ended = once(child, 'exit');
  // it says so once it is connected
  await once(child, 'message');
  return {
    ended,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}

const sessionService = () => FakeSessionService.start(machine.service, { ...machine.identity, instanceId: ENROLLED });
/** What a shell of the installed machine prints when this is typed. */
async function saidInShell(line: string): Promise<string> {
  await using sessions = await sessionService();
  const session = sessions.open();
  await eventually('the shell', () => session.said('started'));
  session.type(`${line}; exit\n`);
  await eventually('its end', () => session.said('exited'));
  return session.text;
}

/** How the file server of the installed machine ends when it is told to. */
async function endOfFileServer() {
  await using sessions = await sessionService();
  const session = sessions.open({ program: SessionProgram.FILES, requiredFeatures: ['session-files'] });
  await eventually('the file server', () => session.said('started'));
  session.type(
    new MessageStream({ incoming: filesAnswers, outgoing: filesRequests }).write({
      kind: 'hello',
      version: FILES_VERSION,
    }),
  );
  await eventually('its greeting', () => session.text.includes(ME));
  session.end();
  // awaited here: the service of sessions goes with this call
  return await eventually('its end', () => session.said('exited'));
}

describe('the line for a new machine', () => {
  it('installs, registers and runs an agent with the Node.js that comes along; the same line again upgrades; it goes without a trace', async () => {
    const layout = layoutOf(folder.path);
    const said = await install('--host-name', 'web-1');
    expect(said).toContain(`registered as ${ENROLLED} (web)`);
    expect(said).toContain(`systemd does not run here; start the agent with: ${layout.command} run`);
    expect(gateway.registrations).toMatchObject([{ hostName: 'web-1' }]);
    expect(statSync(layout.data).mode & 0o777).toBe(0o700);
    const unit = readFileSync(layout.unit, 'utf8');
    expect(unit).toContain(
      `ExecStart=${layout.program}/bin/node ${NODE_FLAGS.join(' ')} ${layout.main} run --data-dir ${layout.data}\n`,
    );
    expect(readFileSync(layout.link, 'utf8')).toBe(readFileSync(layout.command, 'utf8'));

    await using _agent = await start();
    await machine.service.send(ENROLLED, { content: Buffer.from('true'), username: ME }).result;
    expect(await saidInShell('echo at $((6 * 7))')).toContain('at 42\r\n');
    expect(await endOfFileServer()).toMatchObject({ exitCode: 0 });

    expect(readdirSync(join(folder.path, 'opt'))).toEqual(['muster-agent']);
    expect(await install()).toContain('this machine is registered already and stays what it is');
    expect(gateway.registrations).toHaveLength(1);
    expect(existsSync(`${layout.program}.old`)).toBe(false);

    expect(await script('--uninstall')).toContain('removed the agent and its identity');
    for (const path of [layout.program, layout.unit, layout.link, layout.data]) expect(existsSync(path)).toBe(false);
    await expect(script('--uninstall')).rejects.toThrow('there is no agent in');
  }, 120_000);

  it('takes the Node.js it is told to, and keeps the identity when it is told to', async () => {
    const layout = layoutOf(folder.path);
    await install(...ownNode);
    expect(existsSync(join(layout.program, 'bin/node'))).toBe(false);
    expect(readFileSync(layout.command, 'utf8')).toContain(process.execPath);
    expect(await script('--uninstall', '--keep-data')).toContain(`its identity stays in ${layout.data}`);
    expect(existsSync(layout.program)).toBe(false);
    expect(await script('--server', gateway.url, ...ownNode)).toContain('is registered already');
    await install(...ownNode, '--register-again');
    expect(new Set(gateway.registrations.map(({ publicKey }) => publicKey)).size).toBe(2);
  });

  it('F51: upgrades under a running script, and restarts as systemd does, without the run noticing', async () => {
    await install(...ownNode);
    const log = join(folder.path, 'log');
    const task = await (async () => {
      await using _first = await start();
      const begun = machine.service.send(ENROLLED, {
        content: Buffer.from(`echo start >>${log}; echo before; ${machine.hold}; echo after; exit 9`),
        username: ME,
      });
      await eventually('its first line', () => begun.output.stdout.toString() === 'before\n');
      // all of the program is replaced while the supervisor runs from it
      expect(await install(...ownNode)).toContain('is registered already');
      return begun;
      // and the agent gets SIGTERM, alone (KillMode=process)
    })();
    expect(task.results).toEqual([]);
    await using _second = await start();
    machine.release();
    expect(await task.result).toMatchObject({ outcome: TaskOutcome.FAILED, exitCode: 9 });
    expect(task.output.stdout.toString()).toBe('before\nafter\n');
    expect(readFileSync(log, 'utf8')).toBe('start\n');
    expect(task.starts).toHaveLength(1);
  });

  it('stops a running agent to make it another machine, and to remove it', async () => {
    await install(...ownNode);
    await using first = await start();
    await install(...ownNode, '--register-again');
    await first.ended;
    await using second = await start();
    await script('--uninstall');
    await second.ended;
  });

  it('has systemd start the agent, restart it at an upgrade, stop it for another identity, and forget it', async () => {
    const layout = layoutOf(join(folder.path, 'machine'));
    const source = join(folder.path, 'bundle');
    mkdirSync(source);
    await promisify(execFile)('tar', ['-xzf', join(DIST, 'muster-agent.tgz'), '-C', source]);
    const asked: string[] = [];
    const systemctl = async (...args: string[]) => void asked.push(args.join(' '));
    const registration = { server: gateway.url, codeId: CODE_ID, codeValue: CODE_VALUE };
    const put = async (options: Partial<InstallOptions> = {}) => {
      const program = { source, node: process.execPath, version: '1.0.0', allowDowngrade: false };
      const always = { layout, ...program, start: true, systemctl, say: () => {} };
      await inProcessInstall({ ...always, registration, ...options });
      return asked.splice(0);
    };
    const started = ['daemon-reload', 'enable muster-agent.service', 'restart muster-agent.service'];
    expect(await put()).toEqual(started);
    expect(await put({ start: false })).toEqual(started.slice(0, 2));
    expect(await put({ registration: { ...registration, again: true } })).toEqual([
      'stop muster-agent.service',
      ...started,
    ]);
    await uninstall({ layout, keepData: false, systemctl, say: () => {} });
    expect(asked).toEqual(['disable --now muster-agent.service', 'daemon-reload']);
    expect(existsSync(layout.unit)).toBe(false);
  });

  it.each([
    [['--code-id', CODE_ID, '--code-value', CODE_VALUE], 'give --server URL'],
    [['--server'], '--server needs a value'],
    [['--server', 'SERVER', ...ownNode], 'this machine is not registered'],
    [
      ['--server', 'SERVER', ...ownNode, '--code-id', CODE_ID, '--code-value', 'wrong'],
      'the register code is not valid',
    ],
    [['--server', 'SERVER', ...ownNode, '--colour'], "unknown option '--colour'"],
    [['--server', 'SERVER/nowhere', ...ownNode], 'cannot be fetched'],
  ])('says what is wrong with %j', async (args, fault) => {
    await expect(script(...args.map((arg) => arg.replace('SERVER', gateway.url)))).rejects.toThrow(fault);
  });

  it('T30: puts no older agent in the place of a newer one unless it is told to', async () => {
    const layout = layoutOf(join(folder.path, 'machine'));
    const source = join(folder.path, 'bundle');
    mkdirSync(source);
    await promisify(execFile)('tar', ['-xzf', join(DIST, 'muster-agent.tgz'), '-C', source]);
    const registration = { server: gateway.url, codeId: CODE_ID, codeValue: CODE_VALUE };
    const put = (version: string, allowDowngrade = false) => {
      const program = { layout, source, node: process.execPath, version, allowDowngrade };
      return inProcessInstall({ ...program, registration, start: false, systemctl: undefined, say: () => {} });
    };
    const placed = () => readFileSync(join(layout.program, 'version'), 'utf8').trim();
    await put('1.2.0');
    await put('1.10.0');
    await expect(put('1.9.9')).rejects.toThrow('version 1.10.0 is installed, and this is the older 1.9.9');
    expect(placed()).toBe('1.10.0');
    await put('1.9.9', true);
    expect(placed()).toBe('1.9.9');
  });

  it('T27: holds no private key, and nothing of this machine', async () => {
    const source = join(folder.path, 'bundle');
    mkdirSync(source);
    await promisify(execFile)('tar', ['-xzf', join(DIST, 'muster-agent.tgz'), '-C', source]);
    for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
      const text = readFileSync(join(source, file), 'latin1');
      // a PEM file, or the seed of an nkey; what code says of them is no key
      expect(text, file).not.toMatch(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\\n]*[A-Za-z0-9+/]{32}/);
      expect(text, file).not.toMatch(/\bS[OAUNCX][A-Z2-7]{56}\b/);
      expect(text.includes(APP), file).toBe(false);
    }
  });

  it('T30: installs nothing that did not arrive as it was sent', async () => {
    const served = await (await fetch(`${gateway.url}/agent/install.sh`)).text();
    const broken = served.replace(/agent_sha256=\w{8}/, 'agent_sha256=00000000');
    const child = spawn('sh', ['-s', '--', '--prefix', folder.path, '--server', gateway.url, ...ownNode]);
    child.stdin.end(broken);
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    expect((await once(child, 'close'))[0]).toBe(1);
    expect(said).toContain('muster-agent.tgz did not arrive as it was sent');
    expect(existsSync(layoutOf(folder.path).program)).toBe(false);
  });

  it('T30: runs nothing of a script that was cut off on its way', async () => {
    const served = await (await fetch(`${gateway.url}/agent/install.sh`)).text();
    const child = spawn('sh', ['-s', '--', '--prefix', folder.path, '--server', gateway.url], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(served.slice(0, served.lastIndexOf('muster_agent_install')));
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    expect((await once(child, 'close'))[0]).toBe(0);
    expect(said).toBe('');
  });
});
