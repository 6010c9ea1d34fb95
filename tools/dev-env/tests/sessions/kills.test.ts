import { execFileSync } from 'node:child_process';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerWith } from '../../src/account.ts';
import { type DrivenTerminal, driveTerminal, type TerminalCaller } from '../../src/driven-terminal.ts';
import { type Fixture, startFixture } from '../fixture.ts';
import { processesOf } from './processes.ts';

let fixture: Fixture;
let root: TerminalCaller;
beforeAll(async () => {
  fixture = await startFixture(1);
  root = await callerWith(fixture.constellation.url, fixture.constellation.root);
}, 90_000);
afterAll(() => fixture[Symbol.asyncDispose]());

// not by bash itself, which takes an interrupt between two children for one that the next child has dealt with
const COUNT = `sh -c 'i=0; while sleep 0.05; do i=$((i+1)); echo "n=$i."; done'\n`;

/** What nobody else on this machine runs: others may be at the same tests. */
const NAP = `sleep 86411.${process.pid}`;

/** A root shell with what it needs to be found again. */
async function openShell(): Promise<{ terminal: DrivenTerminal; pid: number }> {
  const [machine] = fixture.constellation.machines;
  const open = { instanceId: machine!.instanceId, username: 'root', reason: 'to see it survive' };
  // after the bus or a service died, machines come back one by one
  const terminal = await eventually('a shell', () => driveTerminal(root, { open }).catch(() => undefined), 60_000);
  terminal.type('PS1= PS2= exec bash --norc --noediting\n');
  terminal.type('stty -echo; echo "pid=$$."\n');
  const pid = Number(/pid=(\d+)\./.exec(await terminal.until(/pid=\d+\./))![1]);
  return { terminal, pid };
}

/** Kills and answers once the same part runs again. */
async function killed(victim: string): Promise<void> {
  const before = fixture.constellation.pids()[victim]!;
  process.kill(before, 'SIGKILL');
  await eventually(`${victim} to be back`, () => {
    const now = fixture.constellation.pids()[victim];
    return now !== undefined && now !== before;
  });
}

const counted = (text: string) => [...text.matchAll(/n=(\d+)\./g)].map(([, number]) => Number(number));

describe('kill -9 in the middle of a shell', () => {
  it.each([
    ['gateway', 'the client comes back to the same shell'],
    ['session-svc', 'the client comes back to the same shell'],
    ['nats-server', 'what the shell prints waits until the bus is back'],
    ['invocation-svc', 'nobody notices'],
    ['iam-svc', 'the shell goes on while decisions cannot be had for less than a minute'],
    ['command-svc', 'nobody notices'],
  ])(
    'of %s: %s, and no byte is lost or repeated',
    async (victim) => {
      const { terminal, pid } = await openShell();
      await using _ = terminal;
      terminal.type(COUNT);
      await terminal.until('n=5.');
      await killed(victim);
      const highest = Math.max(...counted(terminal.bytes.toString()));
      await terminal.until(`n=${highest + 20}.`, 60_000);
      terminal.type('\u0003');
      terminal.type('echo "still=$$."\n');
      expect(await terminal.until(/still=\d+\./)).toContain(`still=${pid}.`);
      const numbers = counted(terminal.bytes.toString());
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    },
    120_000,
  );

  it('of the agent: the session ends as MACHINE_LOST, and nothing of its tree stays', async () => {
    const { terminal, pid } = await openShell();
    await using _ = terminal;
    terminal.type(`trap '' HUP TERM; (setsid ${NAP} &); nohup ${NAP} >/dev/null 2>&1 & echo ready-$((40+2))\n`);
    await terminal.until('ready-42');
    await killed('web-1');
    expect(await terminal.ended).toMatchObject({ kind: 'ended', reason: 'MACHINE_LOST' });
    await eventually('the whole tree to be gone', () => !isAlive(pid) && sleepers().length === 0);
  }, 120_000);

  it('of the terminal host: the session ends as MACHINE_LOST, and nothing of its tree stays', async () => {
    const { terminal, pid } = await openShell();
    await using _ = terminal;
    terminal.type(`trap '' HUP TERM; (setsid ${NAP} &); echo ready-$((40+2))\n`);
    await terminal.until('ready-42');
    const agent = fixture.constellation.pids()['web-1']!;
    for (const host of processesOf(agent)) process.kill(host, 'SIGKILL');
    expect(await terminal.ended).toMatchObject({ kind: 'ended', reason: 'MACHINE_LOST' });
    await eventually('the whole tree to be gone', () => !isAlive(pid) && sleepers().length === 0);
    expect(fixture.constellation.pids()['web-1']).toBe(agent);
  }, 120_000);

  it('of agent and terminal host at once: the next agent ends what is left', async () => {
    const { terminal, pid } = await openShell();
    await using _ = terminal;
    terminal.type(`trap '' HUP TERM; (setsid ${NAP} &); echo ready-$((40+2))\n`);
    await terminal.until('ready-42');
    const agent = fixture.constellation.pids()['web-1']!;
    const hosts = processesOf(agent);
    for (const victim of [...hosts, agent]) process.kill(victim, 'SIGSTOP');
    for (const victim of [...hosts, agent]) process.kill(victim, 'SIGKILL');
    expect(await terminal.ended).toMatchObject({ kind: 'ended', reason: 'MACHINE_LOST' });
    await eventually('the whole tree to be gone', () => !isAlive(pid) && sleepers().length === 0);
  }, 120_000);
});

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(execFileSync('cat', [`/proc/${pid}/status`], { encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return false;
  }
}

/** What the shells of these tests left running. */
function sleepers(): string[] {
  const list = execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).split('\n');
  return list.filter((args) => args === NAP);
}
