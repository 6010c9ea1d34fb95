import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient } from '@connectrpc/connect';
import { SessionService } from '@muster/contract';
import { callerWith, driveTerminal, startConstellation, type TerminalCaller } from '@muster/dev-env';
import { eventually } from '@muster/testkit';
import { summarize } from '../summary.ts';

const PATIENCE_MS = 1_800_000;
const SEARCHES = 20;
const LAST = 'all-42-printed';
const QUERIES = { 'in one line': LAST, 'in every line': 'sshd[', nowhere: 'no such text' };

/** Log lines, mostly words that are no words: little of them repeats, so that they cost most. */
const printing = (megabytes: number) =>
  `awk 'BEGIN { srand(7); while (n < ${megabytes}000000) { s = sprintf("2026-11-20T10:%02d:%02d host-%d sshd[%d]:", ` +
  'rand() * 60, rand() * 60, rand() * 50, rand() * 30000); for (i = 0; i < 8; i++) s = s " " sprintf("%x", rand() * 100000); ' +
  `print s; n += length(s) + 2 } }'; echo all-$((6 * 7))-printed\n`;

/** `npm run bench -- recordings [MEGABYTES]`: what recording an output costs beside not recording it, and searching what was recorded. */
export async function recordingsBench(folder: string, megabytes: number): Promise<void> {
  const dataDir = join(folder, 'data');
  await using constellation = await startConstellation({
    ...{ dataDir, agents: 1 },
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const { url, root, machines } = constellation;
  const caller = await callerWith(url, root);
  const sessions = createClient(SessionService, caller.transport);
  const open = { instanceId: machines[0]!.instanceId, username: 'root' };
  await sessions.modifySessionSettings({ settings: { recordOutput: false } });
  const unrecorded = await printed(caller, open, megabytes);
  await sessions.modifySessionSettings({ settings: { recordOutput: true } });
  const before = storeBytes(dataDir);
  const began = performance.now();
  const recorded = await printed(caller, open, megabytes);
  await eventually('the last line to be found', () => finds(sessions, LAST), PATIENCE_MS);
  const searchable = performance.now() - began;
  const perMegabyte = (value: number) => (value / megabytes).toFixed(2);
  console.table({
    'printed, not recorded: s per MB': perMegabyte(unrecorded / 1_000),
    'printed and recorded: s per MB': perMegabyte(recorded / 1_000),
    'until all of it was found: s per MB': perMegabyte(searchable / 1_000),
    'store: MB per MB': perMegabyte((storeBytes(dataDir) - before) / 1e6),
  });
  const times: Record<string, object> = {};
  for (const [name, query] of Object.entries(QUERIES)) times[name] = await searched(sessions, query);
  console.table(times);
}

/** How long a terminal takes to get an output of this length, milliseconds. */
async function printed(
  caller: TerminalCaller,
  open: { readonly instanceId: string; readonly username: string },
  megabytes: number,
): Promise<number> {
  await using terminal = await driveTerminal(caller, { open });
  terminal.type('PS1="rea""dy> " exec bash --norc --noediting\n');
  await terminal.until('ready> ');
  const began = performance.now();
  terminal.type(printing(megabytes));
  await terminal.until(LAST, PATIENCE_MS);
  const took = performance.now() - began;
  terminal.type('exit\n');
  await terminal.ended;
  return took;
}

async function finds(sessions: Client<typeof SessionService>, query: string): Promise<boolean> {
  const { hits } = await sessions.searchRecordings({ query, limit: 1 });
  return hits.length > 0;
}

async function searched(sessions: Client<typeof SessionService>, query: string) {
  const times: number[] = [];
  for (let round = 0; round < SEARCHES; round++) {
    const began = performance.now();
    await finds(sessions, query);
    times.push(performance.now() - began);
  }
  const { median, p95 } = summarize(times);
  return { 'median ms': median.toFixed(1), 'p95 ms': p95.toFixed(1) };
}

/** The store of the recordings with its log. */
function storeBytes(dataDir: string): number {
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.includes('session.db'),
  );
  return files
    .map((file) => join(dataDir, file))
    .filter((file) => existsSync(file))
    .reduce((sum, file) => sum + statSync(file).size, 0);
}
