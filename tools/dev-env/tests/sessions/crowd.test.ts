import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerWith } from '../../src/account.ts';
import { driveTerminal } from '../../src/driven-terminal.ts';
import { type Fixture, startFixture } from '../fixture.ts';
import { processesOf } from './processes.ts';

const MANY = 100;
const AT_ONCE = 10;

let fixture: Fixture;
beforeAll(async () => {
  const enough = String(MANY);
  fixture = await startFixture(1, {
    settings: {
      'session-svc': {
        MUSTER_SESSIONS_OF_INSTANCE: enough,
        MUSTER_SESSIONS_OF_PRINCIPAL: enough,
        MUSTER_SESSION_OPENINGS: '1000',
      },
    },
  });
}, 90_000);
afterAll(() => fixture[Symbol.asyncDispose]());

it('holds 100 sessions at once on one machine, each with its own shell, while one of them prints without end', async () => {
  const { url, root, machines } = fixture.constellation;
  const caller = await callerWith(url, root);
  const open = { instanceId: machines[0]!.instanceId, username: 'root' };
  await using all = new AsyncDisposableStack();
  const terminals = [];
  for (let done = 0; done < MANY; done += AT_ONCE) {
    const some = await Promise.all(Array.from({ length: AT_ONCE }, () => driveTerminal(caller, { open })));
    for (const terminal of some) all.use(terminal);
    terminals.push(...some);
  }
  const [flood, ...others] = terminals;
  flood!.type('yes muster\n');
  await flood!.until('muster\r\nmuster');
  await Promise.all(
    others.map(async (terminal, index) => {
      terminal.type(`echo "I am $((${index} * 1000))."\n`);
      await terminal.until(`I am ${index * 1_000}.`, 60_000);
    }),
  );
  flood!.type('\u0003');
  flood!.type('echo "calm $((6 * 7))"\n');
  await flood!.until('calm 42', 60_000);
  for (const terminal of terminals) terminal.type('exit 7\n');
  const ends = await Promise.all(terminals.map(({ ended }) => ended));
  expect(ends.map((end) => end.kind === 'ended' && [end.reason, end.exitCode])).toEqual(ends.map(() => ['EXITED', 7]));
  await eventually('the terminal host to go home', () => processesOf(machines[0]!.pid).length === 0, 30_000);
}, 240_000);
