import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyOf } from '@muster/bus';
import { eventually, type NatsServer, startNatsServer } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlGroups } from '../src/supervisor/control-groups.ts';
import { type FakeService, startFakeService } from './fake-service.ts';
import { type FakeSession, FakeSessionService } from './fake-session-service.ts';
import { childrenOf } from './machine.ts';
import { newMachine } from './one-machine.ts';

let nats: NatsServer;
let service: FakeService;
beforeAll(async () => {
  nats = await startNatsServer();
  service = await startFakeService(nats);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
});

/** A machine with its sessions. */
async function newWorld() {
  await using starting = new AsyncDisposableStack();
  const machine = starting.use(await newMachine(service));
  const sessions = starting.use(await FakeSessionService.start(service, machine.identity));
  const running = starting.move();
  return { machine, sessions, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
type World = Awaited<ReturnType<typeof newWorld>>;

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A session with a tree that is hard to kill: a shell, a job, one that ignores the hang-up, and one that left the terminal for a session of its own. */
async function stubborn({ machine, sessions }: World): Promise<{ session: FakeSession; pids: number[] }> {
  const session = sessions.open();
  await eventually('the shell', () => session.said('started'));
  session.type(
    'sleep 1000 & a=$!; nohup sleep 1001 >/dev/null 2>&1 & b=$!; setsid sh -c \'trap "" HUP TERM; echo $$ >$0; while :; do sleep 1; done\' ' +
      `${join(machine.dataDir, 'far')} & sleep 0.5; echo "pids=$$=$a=$b=$((1))="\n`,
  );
  await eventually('its tree', () => /pids=\d+=\d+=\d+=1=/.test(session.text));
  const pids = /pids=(\d+)=(\d+)=(\d+)=1=/.exec(session.text)!.slice(1).map(Number);
  const far = await eventually('the last of it', () => Number(readFileSync(join(machine.dataDir, 'far'), 'utf8')));
  expect([...pids, far].map(isAlive)).toEqual([true, true, true, true]);
  return { session, pids: [...pids, far] };
}
const gone = (pids: readonly number[]) => eventually('the death of all of them', () => !pids.some(isAlive), 20_000);
const noGroups = ({ machine, sessions }: World) => {
  const { instanceId } = machine.identity;
  const groups = new ControlGroups({ processes: 0, memoryBytes: 0 });
  return eventually('no control groups', () =>
    sessions.ids.every((id) => !groups.exists({ instanceId, invocationTaskId: id })),
  );
};

// a death takes five seconds where something ignores TERM: they wait side by side
describe.concurrent('a death', () => {
  it('F53: the end of a session takes its whole tree with it', async () => {
    await using world = await newWorld();
    const { machine } = world;
    await machine.agent();
    const { session, pids } = await stubborn(world);
    session.end();
    expect(await eventually('its end', () => session.said('exited'))).toMatchObject({ signal: 'SIGHUP' });
    await gone(pids);
    await noGroups(world);
  });

  it('F53: so does the end of its shell', async () => {
    await using world = await newWorld();
    const { machine } = world;
    await machine.agent();
    const { session, pids } = await stubborn(world);
    session.type('shopt -u huponexit; disown -a; exit 0\n');
    expect(await eventually('its end', () => session.said('exited'))).toMatchObject({ exitCode: 0 });
    await gone(pids);
  });

  it('F53: an agent that is killed leaves no shell behind, and the next one says so', async () => {
    await using world = await newWorld();
    const { machine, sessions } = world;
    const agent = await machine.process();
    const { pids } = await stubborn(world);
    const [host] = childrenOf(agent.child.pid!);
    await agent.stop('SIGKILL');
    await gone([...pids, host!]);
    await noGroups(world);
    await machine.agent();
    await eventually('what it holds', () => sessions.held.at(-1)!.length === 0);
  });

  it('F53: a terminal host that is killed leaves no shell behind, the agent says so, and opens others', async () => {
    await using world = await newWorld();
    const { machine, sessions } = world;
    const agent = await machine.process();
    const { pids } = await stubborn(world);
    const told = sessions.held.length;
    const [host] = childrenOf(agent.child.pid!);
    process.kill(host!, 'SIGKILL');
    await eventually('the word of it', () => sessions.held.length > told);
    expect(sessions.held.at(-1)).toEqual([]);
    await gone(pids);
    expect(agent.log()).toContain('the terminal host is gone');
    const next = sessions.open();
    await eventually('another shell', () => next.said('started'));
    expect(childrenOf(agent.child.pid!)).not.toEqual([host]);
  });

  it('F53: with both killed the kernel hangs the shells up, and the next agent kills what ignored that', async () => {
    await using world = await newWorld();
    const { machine } = world;
    const agent = await machine.process();
    const { pids } = await stubborn(world);
    const [host] = childrenOf(agent.child.pid!);
    for (const pid of [host!, agent.child.pid!]) process.kill(pid, 'SIGSTOP');
    for (const pid of [host!, agent.child.pid!]) process.kill(pid, 'SIGKILL');
    await gone([...pids.slice(0, 2), host!]);
    expect(pids.slice(2).map(isAlive)).toEqual([true, true]);
    const next = await machine.process();
    await gone(pids);
    await noGroups(world);
    await eventually('the word of it', () => next.log().includes('killed what was left of a session'));
  });

  it('F53: an agent that is stopped ends its shells, and says so before', async () => {
    await using world = await newWorld();
    const { machine } = world;
    const agent = await machine.process();
    const { session, pids } = await stubborn(world);
    await agent.stop('SIGTERM');
    expect(await eventually('its end', () => session.said('exited'))).toMatchObject({ signal: 'SIGHUP' });
    await gone(pids);
  });

  it('F53: a machine that was removed is cut off, and has no shells any more', async () => {
    await using world = await newWorld();
    const { machine } = world;
    const agent = await machine.process();
    const { pids } = await stubborn(world);
    await service.revoke(keyOf(machine.identity.seed).getPublicKey());
    await gone(pids);
    await eventually('no host', () => childrenOf(agent.child.pid!).length === 0);
  });
});
