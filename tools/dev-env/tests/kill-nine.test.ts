import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(2);
}, 90_000);
afterAll(() => fixture[Symbol.asyncDispose]());

// the scripts write to a ledger outside Muster, so that a second start cannot hide
it.each(['web-1', 'invocation-svc', 'command-svc', 'iam-svc', 'gateway', 'nats-server'])(
  'kill -9 of %s in the middle of a run: it ends, nothing ran twice, and no output is missing',
  async (victim) => {
    const ledger = join(fixture.folder, `ledger-${victim}`);
    const script = `echo "start $MUSTER_TASK_ID" >> ${ledger}; for i in 1 2 3 4 5 6 7 8; do echo "line $i"; sleep 0.25; done; echo "end $MUSTER_TASK_ID" >> ${ledger}`;
    const started = fixture.muster(['run', script, '-t', 'web-*', '--json', '--cwd', '/tmp']);
    const lines = () => {
      try {
        return readFileSync(ledger, 'utf8').trim().split('\n');
      } catch {
        return [];
      }
    };
    await eventually(
      'both scripts to have started',
      () => lines().filter((line) => line.startsWith('start')).length === 2,
    );
    const before = fixture.constellation.pids()[victim]!;
    process.kill(before, 'SIGKILL');

    const { code, stdout, stderr } = await started;
    expect(code, stderr).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; InstanceId?: string; Text?: string; TaskStatus?: string });
    const results = events.filter(({ kind }) => kind === 'result');
    expect(results.map(({ TaskStatus }) => TaskStatus)).toEqual(['SUCCESS', 'SUCCESS']);
    for (const { instanceId } of fixture.constellation.machines) {
      const output = events
        .filter((event) => event.kind === 'output' && event.InstanceId === instanceId)
        .map(({ Text }) => Text)
        .join('');
      expect(output).toBe(Array.from({ length: 8 }, (_, index) => `line ${index + 1}\n`).join(''));
    }
    expect(lines().filter((line) => line.startsWith('start'))).toHaveLength(2);
    expect(lines().filter((line) => line.startsWith('end'))).toHaveLength(2);
    await eventually(`${victim} to be back`, () => fixture.constellation.pids()[victim] !== before);
    await eventually('both machines to be online again', async () => {
      const { stdout: list } = await fixture.muster(['instance', 'list', '--json']);
      return (JSON.parse(list) as { AutomationAgentSet: { AgentStatus: string }[] }).AutomationAgentSet.every(
        ({ AgentStatus }) => AgentStatus === 'Online',
      );
    });
  },
  90_000,
);
