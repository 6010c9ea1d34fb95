import { EndReason, SessionKind, SessionMode } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { describe, expect, it } from 'vitest';
import { type RelayFixture, startRelayFixture, type Wanted } from './relay-fixture.ts';

/** A session that has printed `first`, after a restart of the service. */
async function restarted(fixture: RelayFixture, wanted: Wanted) {
  const { sessionId, client } = await fixture.open(wanted);
  const shell = fixture.machine.shell(sessionId);
  shell.print('first');
  client.type('typed,');
  await client.until('first');
  await eventually('the keys', () => shell.typed === 'typed,');
  await fixture.stop();
  await eventually('the close', () => client.closed);
  shell.print('second');
  await fixture.start();
  return { sessionId, client, shell };
}

describe('after a restart of session-svc', () => {
  it('copied files and forwarded connections go on at the byte where their client is', async () => {
    await using fixture = await startRelayFixture();
    const { sessionId, client, shell } = await restarted(fixture, { sessionKind: SessionKind.FILES });
    const back = await fixture.resume(sessionId, { from: client.outputNext, input: client.input! });
    expect(back.welcome).toMatchObject({ reset: false, outputFrom: 5, inputNext: 6 });
    back.type('more');
    await back.until('second');
    await eventually('the keys', () => shell.typed === 'typed,more');
    expect(back.text).toBe('second');
    expect(shell.attaches.every(({ redraw }) => !redraw)).toBe(true);
  });

  it('an unrecorded shell goes on as well, for those who lost their screen, too', async () => {
    await using fixture = await startRelayFixture();
    await fixture.sessions().modifySessionSettings({ settings: { recordOutput: false } });
    const { sessionId } = await restarted(fixture, {});
    const back = await fixture.resume(sessionId);
    expect(back.welcome).toMatchObject({ recordsOutput: false, reset: false });
    expect(await back.until('second')).toBe('firstsecond');
  });

  it('whoever watches sees what the machine kept, before anybody drives again', async () => {
    await using fixture = await startRelayFixture();
    const { sessionId } = await restarted(fixture, {});
    const watcher = await fixture.join(sessionId, SessionMode.WATCH);
    expect(watcher.welcome).toMatchObject({ drives: false });
    expect(await watcher.until('second')).toBe('firstsecond');
  });

  it('a shell whose end was not heard of is told again, and the end waits for the machine', async () => {
    await using fixture = await startRelayFixture();
    const { sessionId, client } = await fixture.open();
    const shell = fixture.machine.shell(sessionId);
    fixture.machine.wire = () => ({ times: 0 });
    client.leave();
    await eventually('the end', () => client.ended);
    await fixture.stop();
    expect(shell.ends).toEqual([]);
    fixture.machine.wire = () => ({ times: 1 });
    await fixture.start();
    await eventually('the order to end', () => shell.ends.length > 0);
    await eventually('the machine to forget it', () => !fixture.machine.shells.has(sessionId));
    const { sessionSet } = await fixture.sessions().describeSessions({ sessionIds: [sessionId] });
    expect(sessionSet[0]).toMatchObject({ endReason: EndReason.CLOSED });
  });

  it('how a shell ended is known, although the service was killed when it was about to write that', async () => {
    const settings = { failPoints: 'session.before-end:kill:1' };
    await using fixture = await startRelayFixture({ asProcess: true, settings });
    const { sessionId, client } = await fixture.open();
    fixture.machine.shell(sessionId).exit(7);
    await eventually('the close', () => client.closed);
    await fixture.kill();
    fixture.config.failPoints = '';
    await fixture.start();
    const ended = await eventually('the end to be written', async () => {
      const { sessionSet } = await fixture.sessions().describeSessions({ sessionIds: [sessionId] });
      return sessionSet.find(({ endReason }) => endReason !== EndReason.UNSPECIFIED);
    });
    expect(ended).toMatchObject({ endReason: EndReason.EXITED, exitCode: 7 });
  });
});
