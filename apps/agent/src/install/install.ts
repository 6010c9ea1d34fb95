import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { isOlder } from '../domain/version.ts';
import { isRegistered } from '../identity.ts';
import { type RegisterOptions, register } from '../register.ts';
import { commandText, type Installed, UNIT_NAME, unitText } from './files.ts';
import type { Layout } from './layout.ts';
import { requireRights } from './rights.ts';
import { stopAgents } from './running-agents.ts';
import type { Systemctl } from './systemd.ts';

/** What `install` was given. */
export interface InstallOptions {
  readonly layout: Layout;
  /** The folder of the program that runs now. */
  readonly source: string;
  /** Its version. */
  readonly version: string;
  /** Whether it may take the place of a newer one. */
  readonly allowDowngrade: boolean;
  /** The Node.js that runs it. */
  readonly node: string;
  /** How to register; not needed where the machine is registered already. */
  readonly registration?: Omit<RegisterOptions, 'dataDir'>;
  /** Whether to start the agent. */
  readonly start: boolean;
  /** Absent where systemd does not run. */
  readonly systemctl: Systemctl | undefined;
  readonly say: (line: string) => void;
}

/**
 * Puts the agent in place, registers the machine, and starts it where systemd runs. Done again it upgrades: the identity stays, running
 * scripts go on. Throws an Error for people.
 */
export async function install(options: InstallOptions): Promise<void> {
  const { layout, registration, systemctl, say } = options;
  requireRights(layout.prefix);
  const known = await isRegistered(layout.data);
  if (!known && !registration)
    throw new Error('give --server, --code-id and --code-value: this machine is not registered');
  if (known && registration?.again) {
    if (systemctl && existsSync(layout.unit)) await systemctl('stop', UNIT_NAME);
    await stopAgents(layout.main);
  }
  await requireNoDowngrade(options);
  const node = await placeProgram(options);
  const installed = { node, main: layout.main, data: layout.data, prefix: layout.prefix };
  await placeCommand(layout, installed);
  say(`installed in ${layout.program}`);
  if (registration && (!known || registration.again)) {
    const { instanceId, instanceName } = await register({ ...registration, dataDir: layout.data });
    say(`registered as ${instanceId} (${instanceName})`);
  } else {
    say('this machine is registered already and stays what it is');
  }
  await write(layout.unit, unitText(installed), 0o644);
  await begin(options);
}

/** Where a program says which version it is. */
const versionFile = (program: string) => join(program, 'version');

/** Whoever can serve an agent must not be able to bring back the holes of an old one. */
async function requireNoDowngrade({ layout, version, allowDowngrade }: InstallOptions): Promise<void> {
  const there = (await readFile(versionFile(layout.program), 'utf8').catch(() => '')).trim();
  if (there === '' || allowDowngrade || !isOlder(version, there)) return;
  throw new Error(
    `version ${there} is installed, and this is the older ${version}: --allow-downgrade puts it in place`,
  );
}

/** Puts the program in place as a whole; gives the Node.js that is to run it. */
async function placeProgram({ layout, source, node, version }: InstallOptions): Promise<string> {
  if (!existsSync(join(source, 'main.cjs'))) {
    throw new Error('only the bundle that the gateway serves can be installed: use the line of `muster agent install`');
  }
  const within = relative(await realpath(source), await realpath(node));
  const own = !within.startsWith('..');
  if ((await realpath(source)) !== (await realpath(layout.program).catch(() => ''))) {
    const [next, last] = [`${layout.program}.new`, `${layout.program}.old`];
    for (const folder of [next, last]) await rm(folder, { recursive: true, force: true });
    await mkdir(dirname(layout.program), { recursive: true });
    await cp(source, next, { recursive: true });
    await writeFile(versionFile(next), `${version}\n`);
    if (existsSync(layout.program)) await rename(layout.program, last);
    await rename(next, layout.program);
    await rm(last, { recursive: true, force: true });
  }
  return own ? join(layout.program, within) : node;
}

async function placeCommand(layout: Layout, installed: Installed): Promise<void> {
  await write(layout.command, commandText(installed), 0o755);
  await mkdir(dirname(layout.link), { recursive: true });
  await rm(layout.link, { force: true });
  await symlink(layout.command, layout.link);
}

async function begin({ layout, start, systemctl, say }: InstallOptions): Promise<void> {
  if (!systemctl) {
    say(`systemd does not run here; start the agent with: ${layout.command} run`);
    return;
  }
  await systemctl('daemon-reload');
  await systemctl('enable', UNIT_NAME);
  if (start) await systemctl('restart', UNIT_NAME);
  say(start ? `the agent runs: systemctl status ${UNIT_NAME}` : `start it with: systemctl start ${UNIT_NAME}`);
}

async function write(file: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, text, { mode });
  await chmod(`${file}.new`, mode);
  await rename(`${file}.new`, file);
}
