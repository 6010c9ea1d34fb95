import { existsSync } from 'node:fs';
import { readlink, rm, rmdir } from 'node:fs/promises';
import { UNIT_NAME } from './files.ts';
import type { Layout } from './layout.ts';
import { requireRights } from './rights.ts';
import { stopAgents } from './running-agents.ts';
import type { Systemctl } from './systemd.ts';

/** What `uninstall` was given. */
export interface UninstallOptions {
  readonly layout: Layout;
  /** Whether identity and journal stay, so that the machine is the same one when it is installed again. */
  readonly keepData: boolean;
  /** Absent where systemd does not run. */
  readonly systemctl: Systemctl | undefined;
  readonly say: (line: string) => void;
}

/** What an agent leaves in its data directory. */
const DATA = ['agent.json', 'nkey.seed', 'journal'];

/** Stops the agent and takes away what `install` put in place. What is gone already is no fault. Throws an Error for people. */
export async function uninstall({ layout, keepData, systemctl, say }: UninstallOptions): Promise<void> {
  requireRights(layout.prefix);
  if (systemctl && existsSync(layout.unit)) await systemctl('disable', '--now', UNIT_NAME);
  await stopAgents(layout.main);
  await rm(layout.unit, { force: true });
  await systemctl?.('daemon-reload');
  // somebody else's program of the same name stays
  if ((await readlink(layout.link).catch(() => '')) === layout.command) await rm(layout.link);
  await rm(layout.program, { recursive: true, force: true });
  if (keepData) {
    say(`removed the agent; its identity stays in ${layout.data}`);
    return;
  }
  // a folder that holds something else too was not made for the agent alone
  for (const name of DATA) await rm(`${layout.data}/${name}`, { recursive: true, force: true });
  await removeWhenEmpty(layout.data);
  say('removed the agent and its identity; the instance is listed until it is deleted there');
}

async function removeWhenEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error;
  });
}
