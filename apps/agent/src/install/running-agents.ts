import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const STOP_MS = 15_000;
const LOOK_MS = 50;

/** Stops the agents that run this program, however they were started. Throws when one does not stop. Scripts run on. */
export async function stopAgents(main: string): Promise<void> {
  for (const pid of runningAgents(main)) signal(pid);
  const deadline = performance.now() + STOP_MS;
  while (runningAgents(main).length > 0) {
    if (performance.now() > deadline) throw new Error(`the agent does not stop: process ${runningAgents(main)[0]}`);
    await sleep(LOOK_MS);
  }
}

/** The processes whose command line is that of a running agent of this program. */
function runningAgents(main: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!(pid > 0) || pid === process.pid) return false;
      // between Node.js and the program are its flags
      const [, ...words] = commandLine(pid);
      const program = words.indexOf(main);
      return (
        program >= 0 && words[program + 1] === 'run' && words.slice(0, program).every((word) => word.startsWith('-'))
      );
    });
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // ended meanwhile
    return [];
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
