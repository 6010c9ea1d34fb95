import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@connectrpc/connect';
import { InvocationService, TaskStatus } from '@muster/contract';
import { eventually, type FaultyLink, faultyLink } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startCalling } from './callers.ts';
import { type Fixture, startFixture } from './fixture.ts';

/** The way to the bus of each machine and of invocation-svc. */
const links = new Map<string, FaultyLink>();
let fixture: Fixture;
let runs: Client<typeof InvocationService>;
beforeAll(async () => {
  fixture = await startFixture(2, {
    // a dead wire is noticed after two of these
    settings: { agent: { MUSTER_AGENT_PING_SECONDS: '1' } },
    async routeToBus(name, bus) {
      const link = await faultyLink({ to: bus });
      links.set(name, link);
      return link.address;
    },
  });
  const callers = await startCalling(fixture.constellation);
  runs = callers.at(InvocationService, callers.root);
}, 90_000);
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  for (const link of links.values()) await link[Symbol.asyncDispose]();
});
afterEach(() => {
  for (const link of links.values()) link.heal();
});

const LINES = 20;

/** A script that speaks for two seconds, on both machines, its start and end also on record outside Muster. */
async function speaking(name: string) {
  const ledger = join(fixture.folder, `ledger-${name}`);
  const script = `echo "start $MUSTER_TASK_ID" >> ${ledger}; for i in $(seq ${LINES}); do echo "line $i"; sleep 0.1; done; echo "end $MUSTER_TASK_ID" >> ${ledger}`;
  const entries = (kind: 'start' | 'end') => {
    try {
      return readFileSync(ledger, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith(kind)).length;
    } catch {
      return 0;
    }
  };
  // made at once: later, a machine behind a dead wire would be known to be gone, and refused
  const { invocationId } = await runs.runCommand({
    content: Buffer.from(script),
    instanceIds: fixture.constellation.machines.map(({ instanceId }) => instanceId),
    workingDirectory: '/tmp',
  });
  const done = fixture.muster(['watch', invocationId, '--json']);
  return {
    entries,
    /** Both machines began. */
    begun: () => eventually('both scripts to have begun', () => entries('start') === 2),
    /** Both ended as if nothing had been. */
    async unharmed() {
      const { code, stdout, stderr } = await done;
      expect(code, stderr).toBe(0);
      const events = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { kind: string; InstanceId?: string; Text?: string; TaskStatus?: string });
      const statuses = events.filter(({ kind }) => kind === 'result').map(({ TaskStatus }) => TaskStatus);
      expect(statuses).toEqual(['SUCCESS', 'SUCCESS']);
      const whole = Array.from({ length: LINES }, (_, index) => `line ${index + 1}\n`).join('');
      for (const { instanceId } of fixture.constellation.machines) {
        const pieces = events.filter((event) => event.kind === 'output' && event.InstanceId === instanceId);
        expect(pieces.map(({ Text }) => Text).join('')).toBe(whole);
      }
      expect([entries('start'), entries('end')]).toEqual([2, 2]);
    },
  };
}

/** How often the agent of a machine has said `what` in its log. */
function times(name: string, what: string): number {
  const log = readFileSync(join(fixture.folder, 'data', 'logs', `agent-${name}.log`), 'utf8');
  return log.split(`"msg":"${what}"`).length - 1;
}

it('F11: nats-server killed again and again while machines work: every task ends, once, and nothing is missing', async () => {
  const run = await speaking('f11');
  await run.begun();
  for (let kill = 0; kill < 3; kill += 1) {
    const { 'nats-server': pid } = fixture.constellation.pids();
    expect(fixture.constellation.signal('nats-server', 'SIGKILL')).toBe(true);
    await eventually('nats-server to be back', () => fixture.constellation.pids()['nats-server'] !== pid);
  }
  await run.unharmed();
}, 60_000);

it('F13: nats-server that stands still for a while: what is sent meanwhile arrives after it', async () => {
  fixture.constellation.signal('nats-server', 'SIGSTOP');
  const run = await speaking('f13');
  await eventually('both orders to have been sent', async () => {
    const { invocationTaskSet } = await runs.describeInvocationTasks({ hideOutput: true, limit: 2 });
    return invocationTaskSet.filter(({ taskStatus }) => taskStatus === TaskStatus.DELIVERING).length === 2;
  });
  expect(run.entries('start')).toBe(0);
  fixture.constellation.signal('nats-server', 'SIGCONT');
  await run.unharmed();
}, 60_000);

it('F14: a machine behind a wire that is dead and does not say so goes on, notices, and catches up', async () => {
  const run = await speaking('f14');
  await run.begun();
  const attempts = times('web-1', 'connecting');
  const greetings = times('web-1', 'connected');
  links.get('web-1')!.silence('both');
  await eventually('the script to end unheard', () => run.entries('end') === 2);
  await eventually('the machine to give its connection up', () => times('web-1', 'connecting') > attempts);
  links.get('web-1')!.heal();
  await run.unharmed();
  expect(times('web-1', 'connected')).toBeGreaterThan(greetings);
}, 60_000);

it.each(['up', 'down'] as const)(
  'F15: a machine that is heard or hears only (nothing gets %s) never starts twice and loses nothing',
  async (way) => {
    const link = links.get('web-2')!;
    const during = await speaking(`f15-during-${way}`);
    await during.begun();
    link.silence(way);
    const before = await speaking(`f15-before-${way}`);
    await eventually('the other machine to be done', () => before.entries('end') >= 1);
    link.heal();
    await during.unharmed();
    await before.unharmed();
  },
  60_000,
);

it('F16: invocation-svc cut off from the bus while its machines are not: it takes runs, and sends them when it is back', async () => {
  const link = links.get('invocation-svc')!;
  const during = await speaking('f16-during');
  await during.begun();
  link.refuse();
  link.cut();
  const waiting = await speaking('f16-waiting');
  await eventually('the running scripts to end unheard', () => during.entries('end') === 2);
  expect(waiting.entries('start')).toBe(0);
  link.heal();
  await during.unharmed();
  await waiting.unharmed();
}, 60_000);
