import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, faultyLink } from '@muster/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../src/agent.ts';
import { type FakeSession, FakeSessionService } from './fake-session-service.ts';
import { childrenOf } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
let sessions: FakeSessionService;
beforeEach(async () => {
  sessions = await FakeSessionService.start(machine.service, machine.identity);
  return () => sessions[Symbol.asyncDispose]();
});

const started = (session: FakeSession) => eventually('the shell', () => session.said('started'));
const ended = (session: FakeSession) => eventually('its end', () => session.said('exited'));
const refused = (session: FakeSession) => eventually('the refusal', () => session.said('refused'));
const printed = (session: FakeSession, text: string) => eventually(`"${text}"`, () => session.text.includes(text));

describe('a session', () => {
  it('is a login shell that is typed into, and says how it ended', async () => {
    await machine.agent();
    const session = sessions.open();
    expect(await started(session)).toMatchObject({ shell: '/bin/bash', keptBytes: 1_048_576 });
    session.type('echo at $((6 * 7)); exit 5\n');
    expect(await ended(session)).toMatchObject({ exitCode: 5, signal: '' });
    expect(session.text).toContain('at 42\r\n');
  });

  it('says which signal ended it, and ends when it is told to', async () => {
    await machine.agent();
    const [killed, told] = [sessions.open(), sessions.open()];
    await Promise.all([started(killed), started(told)]);
    killed.type('kill -9 $$\n');
    told.end();
    expect(await ended(killed)).toMatchObject({ exitCode: -1, signal: 'SIGKILL' });
    expect(await ended(told)).toMatchObject({ exitCode: -1, signal: 'SIGHUP' });
  });

  it('begins where it was ordered to, as large as it was ordered to be, and redraws when that is asked for', async () => {
    await machine.agent();
    const session = sessions.open({ workingDirectory: '/usr', columns: 101, rows: 33 });
    await started(session);
    session.type('pwd; stty size; trap "echo drawn again" WINCH\n');
    await printed(session, '/usr\r\n33 101\r\n');
    session.attach(true);
    // the shell runs a trap behind its next line
    session.type('stty size\n');
    await printed(session, 'drawn again\r\n');
    await eventually('the same size', () => session.text.split('33 101\r\n').length === 3);
  });

  it('T29: shows nothing of the agent: no descriptors, no environment', async () => {
    await machine.agent();
    const first = sessions.open();
    await started(first);
    const session = sessions.open();
    await started(session);
    session.type('ls -l /proc/self/fd; env; echo that was "all"\n');
    await printed(session, 'that was all');
    expect(session.text).not.toMatch(/ptmx|socket:|NODE_|MUSTER_(?!TASK_ID=)/);
    expect(new Set(session.text.match(/\/dev\/pts\/\d+/g)).size).toBe(1);
  });

  it('goes on at the byte where it was when the bus is away for a while', async () => {
    const { service, identity } = machine;
    await using link = await faultyLink({ to: new URL(service.nats.url).host });
    const credentials = { ...identity.credentials, servers: [`nats://${link.address}`] };
    await machine.agent({ identity: { ...identity, credentials } });
    const session = sessions.open();
    await started(session);
    session.type(
      "while ! [ -e go ]; do sleep 0.05; done; seq -f 'line %g' 20000; echo that was all of it\n".replace(
        'go',
        join(machine.dataDir, 'go'),
      ),
    );
    await printed(session, 'that was');
    const hellos = service.hellos.length;
    link.cut();
    machine.release();
    await eventually('another connection', () => service.hellos.length > hellos);
    session.attach();
    await printed(session, '\r\nthat was all of it\r\n');
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index + 1}\r\n`).join('');
    expect(session.text).toContain(lines);
  });
});

describe('the terminal host', () => {
  it('is there while a session is, and one for all of them', async () => {
    const agent = await machine.process();
    const hosts = () => childrenOf(agent.child.pid!);
    expect(hosts()).toEqual([]);
    const [first, second] = [sessions.open(), sessions.open()];
    await Promise.all([started(first), started(second)]);
    expect(hosts()).toHaveLength(1);
    first.end();
    await ended(first);
    expect(hosts()).toHaveLength(1);
    second.end();
    await ended(second);
    await eventually('no host', () => hosts().length === 0);
    const third = sessions.open();
    await started(third);
    expect(hosts()).toHaveLength(1);
  });
});

describe('what a machine holds', () => {
  it('is told after every connect, and whenever that is asked', async () => {
    await machine.agent();
    await eventually('the first word', () => sessions.held.length === 1);
    expect(sessions.held).toEqual([[]]);
    const session = sessions.open();
    await started(session);
    sessions.sync();
    await eventually('the second', () => sessions.held.length === 2);
    expect(sessions.held[1]).toEqual([session.id]);
    session.end();
    await ended(session);
    await eventually('nothing any more', () => {
      sessions.sync();
      return sessions.held.at(-1)!.length === 0;
    });
  });
});

describe('an order for a session', () => {
  let agent: Agent;
  beforeEach(async () => {
    agent = await machine.agent();
  });
  const log = () => join(machine.dataDir, 'log');
  const noting = (session: FakeSession) => session.type(`echo start >>${log()}; cat ${log()}; echo that was "all"\n`);

  it('T7: opens one shell however often it comes, and is answered again', async () => {
    const session = sessions.open();
    for (let time = 0; time < 4; time++) sessions.order(session);
    await eventually('four refusals', () => agent.refused.known === 4);
    await started(session);
    noting(session);
    await printed(session, 'that was all');
    const before = session.reports.length;
    sessions.order(session);
    await eventually('the answer again', () =>
      session.reports.slice(before).some(({ case: kind }) => kind === 'started'),
    );
    sessions.sync();
    await eventually('what is held', () => sessions.held.at(-1)!.length > 0);
    expect(sessions.held.at(-1)).toEqual([session.id]);
    expect(readFileSync(log(), 'utf8')).toBe('start\n');
  });

  it('T7: opens none after its shell was over, nor on another agent of the machine', async () => {
    const session = sessions.open();
    await started(session);
    session.end();
    await ended(session);
    sessions.order(session);
    await eventually('a refusal', () => agent.refused.known === 1);
    await agent[Symbol.asyncDispose]();
    const next = await machine.agent();
    sessions.order(session);
    await eventually('another', () => next.refused.known === 1);
  });

  it('opens one shell where two machines pass for the same one: on the newest', async () => {
    const clone = await machine.agent();
    const session = sessions.open();
    await started(session);
    await eventually('the refusal of the older', () => agent.refused['stale-session'] === 1);
    expect(clone.refused['stale-session']).toBe(0);
    expect(session.reports.map(({ case: kind }) => kind)).not.toContain('refused');
    expect(await refused(sessions.open({ epoch: 0n }))).toMatchObject({ code: 'stale-session' });
  });

  it('is refused in words where there is no such user, as often as it comes', async () => {
    const session = sessions.open({ username: 'nobody-here' });
    expect(await refused(session)).toMatchObject({
      code: 'start-failed',
      info: 'InvalidUser: user `nobody-here` does not exist on this machine',
    });
    sessions.order(session);
    await eventually('the answer again', () => session.reports.length === 2);
    sessions.sync();
    await eventually('nothing held', () => sessions.held.length > 1 && sessions.held.at(-1)!.length === 0);
  });

  it('is refused in words when it needs what this agent does not know, and without any when it is not genuine', async () => {
    expect(await refused(sessions.open({ requiredFeatures: ['time-travel'] }))).toMatchObject({
      code: 'unsupported',
      info: expect.stringContaining('time-travel'),
    });
    const foreign = [sessions.open({ tenant: 'AOTHER' }), sessions.open({ expiresMs: 1n })];
    await eventually('two refusals', () => agent.refused.foreign === 1 && agent.refused.expired === 1);
    expect(foreign.flatMap(({ reports }) => reports)).toEqual([]);
  });

  it('T29: is refused by the veto file of the machine', async () => {
    const veto = (rules: unknown) => writeFileSync(join(machine.dataDir, 'veto.json'), JSON.stringify(rules));
    veto({ sessions: false });
    expect(await refused(sessions.open())).toMatchObject({
      code: 'vetoed',
      info: 'VETOED by the veto file of this machine: this machine has no sessions (sessions)',
    });
    veto({ users: { deny: ['nobody'] } });
    expect((await refused(sessions.open({ username: 'nobody' }))).info).toContain('users.deny refuses it');
    veto({ readOnly: true });
    expect((await refused(sessions.open())).info).toContain('read-only');
    veto({ hours: { timeZone: 'UTC', allow: [] } });
    expect((await refused(sessions.open())).info).toContain('hours.allow');
    expect(agent.refused.vetoed).toBe(4);
    veto({ sessions: true, commandTypes: { allow: ['PYTHON'] } });
    await started(sessions.open());
  });

  it('T16: what is said to its shell counts only from whoever has the key in it', async () => {
    const [session, other] = [sessions.open(), sessions.open()];
    await Promise.all([started(session), started(other)]);
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const typed = (text: string) =>
      ({ case: 'input', value: { turn: 1, offset: 0n, bytes: Buffer.from(text) } }) as const;
    session.say(typed(`touch ${log()}\n`), stranger);
    // rightly signed, for another session
    sessions.send(session.id, 'message', other.signed(typed(`touch ${log()}\n`)));
    sessions.send(session.id, 'message', Buffer.from('noise'));
    await eventually('three refusals', () => agent.refused['unreadable-message'] === 3);
    session.type('echo safe and "sound"\n');
    await printed(session, 'safe and sound');
    expect(existsSync(log())).toBe(false);
  });
});

describe('what was typed', () => {
  const typed = (session: FakeSession) =>
    session.reports.flatMap((report) => (report.case === 'typed' ? [Buffer.from(report.value.bytes).toString()] : []));

  it('is told where the order asks for it, but for what the terminal does not show', async () => {
    await machine.agent();
    const session = sessions.open({ reportInput: true });
    await started(session);
    const asking = 'read -rsp "pass$((1))word: " secret; echo got-$((2))\n';
    session.type(asking);
    await printed(session, 'pass1word: ');
    session.type('s3cret\n');
    await printed(session, 'got-2');
    const counting = 'echo "$(printf %s "$secret" | wc -c)" characters\n';
    session.type(counting);
    await printed(session, '6 characters\r\n');
    await eventually('three reports', () => typed(session).length === 3);
    expect(typed(session)).toEqual([asking, '', counting]);
    const reports = session.reports.flatMap((report) => (report.case === 'typed' ? [report.value] : []));
    expect(reports.map(({ length }) => length)).toEqual([asking.length, 7, counting.length]);
    expect(Number(reports[2]!.offset)).toBe(asking.length + 7);
  });

  it('is nobody’s business otherwise', async () => {
    await machine.agent();
    const session = sessions.open();
    await started(session);
    session.type('echo o"k"\n');
    await printed(session, 'ok\r\n');
    expect(typed(session)).toEqual([]);
  });
});
