import { SessionKind, SessionService, SessionState } from '@muster/contract';
import { createServiceClient } from '@muster/rpc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerWith } from '../../src/account.ts';
import { type DrivenTerminal, driveTerminal, type TerminalCaller } from '../../src/driven-terminal.ts';
import { type Fixture, startFixture } from '../fixture.ts';

let fixture: Fixture;
let caller: TerminalCaller;
beforeAll(async () => {
  fixture = await startFixture(1);
  const { url, root } = fixture.constellation;
  caller = await callerWith(url, root);
}, 90_000);
afterAll(() => fixture[Symbol.asyncDispose]());

const open = (): Promise<DrivenTerminal> =>
  driveTerminal(caller, { open: { instanceId: fixture.constellation.machines[0]!.instanceId, username: 'root' } });

describe('a shell on a machine', () => {
  it('answers what is typed, and tells how it ended', async () => {
    await using terminal = await open();
    terminal.type('echo "six times seven is $((6 * 7))"; id -un; tty\n');
    await terminal.until('six times seven is 42\r\n');
    await terminal.until('root\r\n');
    await terminal.until('/dev/pts/');
    terminal.type('exit 7\n');
    expect(await terminal.ended).toMatchObject({ kind: 'ended', reason: 'EXITED', exitCode: 7 });
  });

  it('knows its size, and each new one', async () => {
    await using terminal = await open();
    terminal.type('stty size\n');
    await terminal.until('24 80\r\n');
    terminal.link.resize({ columns: 132, rows: 43 });
    terminal.type('stty size\n');
    await terminal.until('43 132\r\n');
  });

  it('is interrupted in the middle of a flood', async () => {
    await using terminal = await open();
    terminal.type('yes muster\n');
    await terminal.until('muster\r\nmuster\r\n');
    terminal.type('\u0003');
    terminal.type('echo "calm $((6 * 7))"\n');
    await terminal.until('calm 42\r\n');
  });

  it('goes on after a broken connection as if there had been none', async () => {
    await using terminal = await open();
    terminal.type('for n in $(seq 1 4000); do echo "line $n"; done; echo "all $((6 * 7))"\n');
    await terminal.until('line 100\r\n');
    terminal.cut();
    terminal.type('echo "typed $((7 * 6))"\n');
    await terminal.until('all 42\r\n');
    await terminal.until('typed 42\r\n');
    const printed = terminal.bytes.toString();
    const numbers = [...printed.matchAll(/^line (\d+)\r$/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 4_000 }, (_, index) => index + 1));
    expect(printed.match(/typed 42\r\n/g)).toHaveLength(1);
  });

  it('ends with all that it started when its client leaves', async () => {
    await using terminal = await open();
    // nobody else's on this machine
    const nap = `sleep 4321.${process.pid}`;
    terminal.type(`${nap} & echo "started $((6 * 7))"\n`);
    await terminal.until('started 42\r\n');
    terminal.link.leave();
    expect(await terminal.ended).toMatchObject({ kind: 'ended', reason: 'CLOSED' });
    await using other = await open();
    other.type(`pgrep -fx "${nap}" || echo "none $((6 * 7))"\n`);
    await other.until('none 42\r\n');
  });

  it('is listed with how it ended', async () => {
    await using terminal = await open();
    terminal.type('exit\n');
    await terminal.ended;
    const sessions = createServiceClient(SessionService, caller.transport);
    const { sessionSet } = await sessions.describeSessions({ sessionIds: [terminal.sessionId] });
    const sessionState = SessionState.ENDED;
    expect(sessionSet[0]).toMatchObject({
      username: 'root',
      sessionState,
      exitCode: 0,
      sessionKind: SessionKind.SHELL,
    });
  });
});
