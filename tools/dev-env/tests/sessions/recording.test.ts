import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { SessionService } from '@muster/contract';
import { openStore } from '@muster/db';
import { createServiceClient } from '@muster/rpc';
import { migrations } from '@muster/session-svc/migrations';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerWith } from '../../src/account.ts';
import { type DrivenTerminal, driveTerminal, type TerminalCaller } from '../../src/driven-terminal.ts';
import { type Fixture, startFixture } from '../fixture.ts';
import { readRecording } from './read-recording.ts';

const PASSWORD = 'correct-horse-battery-staple';

const sessionsOf = ({ transport }: TerminalCaller) => createServiceClient(SessionService, transport);

let fixture: Fixture;
let root: TerminalCaller;
let sessions: ReturnType<typeof sessionsOf>;
beforeAll(async () => {
  fixture = await startFixture(1);
  root = await callerWith(fixture.constellation.url, fixture.constellation.root);
  sessions = sessionsOf(root);
}, 90_000);
afterAll(() => fixture[Symbol.asyncDispose]());

async function openShell(): Promise<DrivenTerminal> {
  const [machine] = fixture.constellation.machines;
  const terminal = await driveTerminal(root, { open: { instanceId: machine!.instanceId, username: 'root' } });
  terminal.type('PS1="rea""dy> " PS2= exec bash --norc --noediting\n');
  await terminal.until('ready> ');
  return terminal;
}

/** Leaves the shell, and reads its recording when that is sealed. */
async function recordingOf(terminal: DrivenTerminal) {
  terminal.type('exit\n');
  expect(await terminal.ended).toMatchObject({ kind: 'ended', reason: 'EXITED' });
  return readRecording(root.transport, terminal.sessionId);
}

describe('a recording', () => {
  it('is byte for byte what the terminal got, and is whole', async () => {
    await using terminal = await openShell();
    terminal.type('printf "\\033[1;31mrot\\033[0m 漢字 \\377\\n"; seq 20000; echo the-$((40+1))th\n');
    await terminal.until('the-41th');
    const { printed, seal, events } = await recordingOf(terminal);
    expect(printed).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(terminal.bytes));
    expect(seal).toMatchObject({ fault: '' });
    const times = events.map(([time]) => time);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });

  it('is found by what stood in it, at the moment when it stood there', async () => {
    await using terminal = await openShell();
    for (const key of 'echo need') terminal.type(key);
    await terminal.until('echo need');
    // the rest of the word comes in another chunk
    await eventually('half of the word to be committed', async () => {
      const { printed } = await readRecording(root.transport, terminal.sessionId).catch(() => ({ printed: '' }));
      return printed.includes('echo need');
    });
    terminal.type('le-$((6*7))\n');
    await terminal.until('needle-42');
    const { events } = await recordingOf(terminal);
    const [printedAt] = events.find(([, kind, text]) => kind === 'o' && text.includes('needle-42'))!;
    const filters = [{ name: 'session-id', values: [terminal.sessionId] }];
    const found = (query: string) =>
      eventually(`${query} to be found`, async () => {
        const { hits } = await sessions.searchRecordings({ query, filters });
        return hits.length > 0 && hits;
      });
    const atMs = BigInt(Math.round(printedAt * 1_000));
    expect(await found('Needle-42')).toMatchObject([{ atMs, excerpt: 'needle-42', foundAt: 0 }]);
    expect(await found('echo needle-$((6*7))')).toMatchObject([{ recording: { sessionId: terminal.sessionId } }]);
  });

  it('goes on without hole or repeat when session-svc is killed in the middle', async () => {
    await using terminal = await openShell();
    terminal.type(`sh -c 'i=0; while sleep 0.02; do i=$((i+1)); echo "n=$i."; done'\n`);
    await terminal.until('n=60.');
    await killed('session-svc');
    const numbers = (text: string) => [...text.matchAll(/n=(\d+)\./g)].map(([, number]) => Number(number));
    const highest = Math.max(...numbers(terminal.bytes.toString()));
    await terminal.until(`n=${highest + 60}.`, 60_000);
    terminal.type('\u0003');
    const { printed, seal } = await recordingOf(terminal);
    const recorded = numbers(printed);
    expect(recorded).toEqual(recorded.map((_, index) => index + 1));
    expect(printed).toBe(terminal.bytes.toString());
    expect(seal).toMatchObject({ fault: '' });
  }, 120_000);

  it('that was cut by one byte in the store is found out', async () => {
    await using terminal = await openShell();
    terminal.type('echo evidence-$((1+1))\n');
    await terminal.until('evidence-2');
    expect((await recordingOf(terminal)).seal).toMatchObject({ fault: '' });
    const db = await openStore<{ recording_chunk: { hash: Uint8Array; text: Uint8Array } }>({
      file: storeFile(),
      migrations,
    });
    const { hash } = (await readSeal(terminal.sessionId))!;
    const last = db.selectFrom('recording_chunk').selectAll().where('hash', '=', hash);
    const { text } = await last.executeTakeFirstOrThrow();
    const shorter = gzipSync(gunzipSync(text).subarray(0, -1));
    await db.updateTable('recording_chunk').set({ text: shorter }).where('hash', '=', hash).execute();
    await db.destroy();
    expect((await readSeal(terminal.sessionId))!.fault).toMatch(/^chunk \d+ was changed/);
  });

  it('holds what was typed where the account wants it, and never a password: that is nowhere', async () => {
    await sessions.modifySessionSettings({ settings: { recordInput: true } });
    await using terminal = await openShell();
    terminal.type('read -rsp "Pass""word: " secret; echo "$(echo -n "$secret" | wc -c) characters"');
    // when the machine looks whether the terminal shows what is typed, the line is there and the question is not
    await terminal.until(' characters"');
    terminal.type('\n');
    await terminal.until('Password: ');
    for (const key of `${PASSWORD}\n`) terminal.type(key);
    await terminal.until(`${PASSWORD.length} characters`);
    const { text, events } = await recordingOf(terminal);
    await sessions.modifySessionSettings({ settings: { recordInput: false } });
    const typed = events.filter(([, kind]) => kind === 'i').map(([, , data]) => data);
    expect(typed.join('')).toContain('read -rsp');
    expect(events.map(([, kind, data]) => `${kind} ${data}`)).toContain('m typed without being shown');
    expect(text).not.toContain(PASSWORD);
    const { hits } = await sessions.searchRecordings({ query: PASSWORD });
    expect(hits).toEqual([]);
    expect(filesBelow(fixture.folder).filter((file) => readFileSync(file).includes(PASSWORD))).toEqual([]);
    expect(fixture.said.join('\n')).not.toContain(PASSWORD);
  }, 120_000);
});

/** Kills and answers once the same part runs again. */
async function killed(victim: string): Promise<void> {
  const before = fixture.constellation.pids()[victim]!;
  process.kill(before, 'SIGKILL');
  await eventually(`${victim} to be back`, () => {
    const now = fixture.constellation.pids()[victim];
    return now !== undefined && now !== before;
  });
}

async function readSeal(sessionId: string) {
  return (await readRecording(root.transport, sessionId)).seal;
}

function storeFile(): string {
  return filesBelow(fixture.folder).find((file) => file.endsWith('session.db'))!;
}

/** Every file that services, bus and machines keep. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
