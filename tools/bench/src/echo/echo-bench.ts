import { join } from 'node:path';
import { callerWith, driveTerminal, startConstellation } from '@muster/dev-env';
import { type Summary, summarize } from '../summary.ts';
import { openSshShell } from './ssh-shell.ts';

/** What is typed, letter by letter; then the line is cleared, for bash draws long ones anew. */
const LINE = 'the quick brown fox jumps over lazy dogs';
const SSH = 'ssh to a local sshd';
const CLEAR = '\u0015';

/** A shell that letters are typed into. */
interface Typist {
  type(text: string): void;
  until(text: string): Promise<unknown>;
}

/** `npm run bench -- echo [ROUNDS]`: from a key to its echo, through all of Muster and through `ssh` to a local sshd, turn by turn in one run. */
export async function echoBench(folder: string, rounds: number): Promise<void> {
  await using constellation = await startConstellation({
    dataDir: join(folder, 'data'),
    agents: 1,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const { url, root, machines } = constellation;
  const caller = await callerWith(url, root);
  await using terminal = await driveTerminal(caller, {
    open: { instanceId: machines[0]!.instanceId, username: 'root' },
  });
  terminal.type(`PS1='go''> ' exec bash --norc\n`);
  await terminal.until('go> ');
  await using ssh = await openSshShell(folder);
  const contestants: Record<string, Typist> = { [SSH]: ssh, 'a session of Muster': terminal };
  const times = await turnByTurn(contestants, rounds);
  const ms = (value: number) => value.toFixed(2);
  const base = times[SSH]!;
  console.table(
    Object.fromEntries(
      Object.entries(times).map(([name, { median, p95, min, max }]) => [
        name,
        {
          'p50 ms': ms(median),
          'p95 ms': ms(p95),
          'min ms': ms(min),
          'max ms': ms(max),
          'times ssh (p50)': (median / base.median).toFixed(2),
          'times ssh (p95)': (p95 / base.p95).toFixed(2),
        },
      ]),
    ),
  );
}

async function turnByTurn(typists: Record<string, Typist>, rounds: number): Promise<Record<string, Summary>> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(typists).map((name) => [name, []]));
  for (let round = -LINE.length; round < rounds; round++) {
    const at = (round + LINE.length) % LINE.length;
    for (const [name, typist] of Object.entries(typists)) {
      if (at === 0) await cleared(typist);
      const began = performance.now();
      typist.type(LINE[at]!);
      await typist.until(LINE[at]!);
      if (round >= 0) times[name]!.push(performance.now() - began);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, each]) => [name, summarize(each)]));
}

/** Bash has dealt with everything before once it echoes again. */
async function cleared(typist: Typist): Promise<void> {
  typist.type(`${CLEAR}#`);
  await typist.until('#');
}
