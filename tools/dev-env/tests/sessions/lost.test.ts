import { existsSync } from 'node:fs';
import { EndReason, SessionService, SessionState } from '@muster/contract';
import { createServiceClient } from '@muster/rpc';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerWith } from '../../src/account.ts';
import { type DrivenTerminal, driveTerminal, type TerminalCaller } from '../../src/driven-terminal.ts';
import { type Fixture, startFixture } from '../fixture.ts';

let fixture: Fixture;
let root: TerminalCaller;
beforeAll(async () => {
  fixture = await startFixture(1);
  root = await callerWith(fixture.constellation.url, fixture.constellation.root);
}, 90_000);
afterAll(() => fixture[Symbol.asyncDispose]());

const sessions = () => createServiceClient(SessionService, root.transport);
const numbers = (text: string) => [...text.matchAll(/n=(\d+)\./g)].map(([, number]) => Number(number));
const isGone = (pid: number) => !existsSync(`/proc/${pid}`);

/** A shell that counts for ever, ignores what politely asks it to end, and has a child that left its group. */
async function stubbornShell(graceSeconds?: number): Promise<{ terminal: DrivenTerminal; pids: readonly number[] }> {
  const [machine] = fixture.constellation.machines;
  const terminal = await driveTerminal(root, {
    open: { instanceId: machine!.instanceId, ...(graceSeconds === undefined ? {} : { graceSeconds }) },
  });
  terminal.type(`stty -echo; trap '' HUP TERM; setsid sh -c 'echo "child=$$."; exec sleep 86421' & echo "shell=$$."\n`);
  await terminal.until(/(?=.*shell=\d+\.)(?=.*child=\d+\.)/s);
  const pids = ['shell', 'child'].map((name) => Number(new RegExp(`${name}=(\\d+)\\.`).exec(terminal.text)![1]));
  terminal.type(`sh -c 'i=0; while sleep 0.05; do i=$((i+1)); echo "n=$i."; done'\n`);
  await terminal.until('n=5.');
  return { terminal, pids };
}

/** How it ended, once it has. */
async function endOf(sessionId: string) {
  return eventually(
    'the session to be over',
    async () => {
      const { sessionSet } = await sessions().describeSessions({ sessionIds: [sessionId] });
      return sessionSet[0]!.sessionState === SessionState.ENDED ? sessionSet[0] : undefined;
    },
    30_000,
  );
}

/** What of it was recorded, and what the service finds wrong with that. */
async function recorded(sessionId: string): Promise<{ text: string; sealed: boolean; fault: string | undefined }> {
  let lines = '';
  let seal: { fault: string } | undefined;
  for await (const { part } of sessions().getRecording({ sessionId })) {
    if (part.case === 'chunk') lines += part.value.text;
    if (part.case === 'seal') seal = part.value;
  }
  const events = lines.trimEnd().split('\n').slice(1);
  const text = events.map((line) => (JSON.parse(line) as [number, string, string])[2]).join('');
  return { text, sealed: seal !== undefined, fault: seal?.fault };
}

/** The recording holds everything that the client saw, without a gap, and its seal fits. */
async function expectWhole({ sessionId, bytes }: DrivenTerminal): Promise<void> {
  const { text, ...seal } = await recorded(sessionId);
  expect(seal).toEqual({ sealed: true, fault: '' });
  const found = numbers(text);
  expect(found).toEqual(found.map((_, index) => index + 1));
  expect(found.at(-1)).toBeGreaterThanOrEqual(numbers(bytes.toString()).at(-1)!);
}

describe('F53: a shell that loses', () => {
  it('its browser waits for its grace, and then nothing of its tree stays; the recording is whole', async () => {
    const { terminal, pids } = await stubbornShell(1);
    terminal.detach();
    expect(await endOf(terminal.sessionId)).toMatchObject({ endReason: EndReason.GRACE_OVER });
    await eventually('its tree to be gone', () => pids.every(isGone));
    await expectWhole(terminal);
  }, 60_000);

  it('its connection is the same shell when the client is back', async () => {
    const { terminal, pids } = await stubbornShell();
    terminal.cut();
    const seen = numbers(terminal.bytes.toString()).at(-1)!;
    await terminal.until(`n=${seen + 20}.`);
    expect(pids.some(isGone)).toBe(false);
    await sessions().closeSession({ sessionIds: [terminal.sessionId] });
    expect(await endOf(terminal.sessionId)).toMatchObject({ endReason: EndReason.TERMINATED });
    await eventually('its tree to be gone', () => pids.every(isGone));
    const all = numbers(terminal.bytes.toString());
    expect(all).toEqual(all.map((_, index) => index + 1));
    await expectWhole(terminal);
    terminal.detach();
  }, 60_000);

  it('its agent ends at once, nothing of its tree stays, and the recording is whole up to the cut', async () => {
    const { terminal, pids } = await stubbornShell();
    const agent = fixture.constellation.machines[0]!.pid;
    process.kill(agent, 'SIGKILL');
    expect(await terminal.ended).toMatchObject({ kind: 'ended', reason: 'MACHINE_LOST' });
    await eventually('its tree to be gone', () => pids.every(isGone));
    expect(await endOf(terminal.sessionId)).toMatchObject({ endReason: EndReason.MACHINE_LOST });
    await expectWhole(terminal);
  }, 60_000);
});
