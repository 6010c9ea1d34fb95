import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type FaultyLink, faultyLink } from '@muster/testkit';
import xterm from '@xterm/headless';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerWith } from '../../src/account.ts';
import { type DrivenTerminal, driveTerminal, type TerminalCaller } from '../../src/driven-terminal.ts';
import { type Fixture, startFixture } from '../fixture.ts';
import { type Network, networkTo } from './network.ts';

const CUT_MS = 20_000;

let fixture: Fixture;
let link: FaultyLink;
let network: Network;
let away: TerminalCaller;
let near: TerminalCaller;
beforeAll(async () => {
  fixture = await startFixture(2, {
    async routeToBus(name, bus) {
      if (name !== 'web-1') return bus;
      link = await faultyLink({ to: bus });
      return link.address;
    },
  });
  const { url, root } = fixture.constellation;
  network = await networkTo(url);
  near = await callerWith(url, root);
  away = { ...near, url: network.url, transport: (await callerWith(network.url, root)).transport };
}, 90_000);
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await network[Symbol.asyncDispose]();
  await link[Symbol.asyncDispose]();
});

/** What a terminal of 80 columns and 24 rows shows after these bytes. */
async function screenOf(terminal: DrivenTerminal): Promise<string[]> {
  const screen = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  await new Promise<void>((resolve) => screen.write(terminal.bytes, resolve));
  const { active } = screen.buffer;
  const lines = Array.from({ length: 24 }, (_, row) => active.getLine(active.baseY + row)!.translateToString(true));
  screen.dispose();
  return lines;
}

async function opened(
  { machine, caller }: { machine: string; caller: TerminalCaller },
  command: string,
  sign: string | RegExp,
): Promise<DrivenTerminal> {
  const { instanceId } = fixture.constellation.machines.find(({ name }) => name === machine)!;
  const terminal = await driveTerminal(caller, { open: { instanceId, username: 'root' } });
  terminal.type(`${command}\n`);
  await terminal.until(sign);
  return terminal;
}

/** The lines of top that do not change: where its table begins and how wide its columns are. */
const headings = (screen: readonly string[]) =>
  screen.map((line) => /^\s*PID USER\s+PR\s+NI\s+VIRT/.exec(line)?.[0] ?? '');

// side by side, each with a machine of its own: they mostly wait
describe.concurrent('a network that is away for 20 s', () => {
  it.each([
    {
      between: 'client and gateway',
      person: () => ({ machine: 'web-2', caller: away }),
      pull: () => network.pull(),
      plug: () => network.plug(),
    },
    {
      between: 'machine and bus',
      person: () => ({ machine: 'web-1', caller: near }),
      pull: () => link.silence('both'),
      plug: () => link.heal(),
    },
  ])(
    'between $between leaves vi and top running, and shows the same screens again',
    async ({ person, pull, plug }) => {
      const text = Array.from({ length: 15 }, (_line, index) => `line ${index} ${'='.repeat(index)}`).join('\\n');
      const file = join(fixture.folder, `screen-of-${person().machine}.txt`);
      await using vi = await opened(person(), `printf '${text}\\n' > ${file}; exec vi -n -u NONE -N ${file}`, /15L/);
      await using top = await opened(person(), 'exec top -d 1', /PID USER[^\n]*\n/);
      vi.type('3Gix marks the spot\u001b');
      await vi.until('the spot');
      await eventually('the cursor to rest', async () => (await screenOf(vi))[2] === 'x marks the spotline 2 ==');
      const [viBefore, topBefore] = [await screenOf(vi), await screenOf(top)];
      pull();
      await sleep(CUT_MS);
      const printed = top.bytes.length;
      plug();
      await eventually('top to go on', () => top.bytes.length > printed + 1_000, 40_000);
      vi.type('G');
      vi.type('oafter\u001b');
      await eventually('vi to go on', async () => (await screenOf(vi)).includes('after'), 40_000);
      const viAfter = await screenOf(vi);
      expect(viAfter.slice(0, 15)).toEqual(viBefore.slice(0, 15));
      await eventually('top to stand as before', async () => {
        const now = await screenOf(top);
        return JSON.stringify(headings(now)) === JSON.stringify(headings(topBefore)) && now[0]!.startsWith('top - ');
      });
      vi.type(':wq\r');
      expect(await vi.ended).toMatchObject({ reason: 'EXITED', exitCode: 0 });
      top.type('q');
      expect(await top.ended).toMatchObject({ reason: 'EXITED', exitCode: 0 });
    },
    180_000,
  );
});
