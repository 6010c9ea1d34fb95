import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HeldState, OfflinePolicy, OutputStream, TaskOutcome, TaskStatus, Verdict } from '@muster/contract';
import { copyStore, noteRestoration } from '@muster/db';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { connectFakeAgent } from './fake-agent.ts';
import { bytes, finish, openStoreOf, run, startFixture, startOn, tasksOf, untilTaskIs } from './runs-fixture.ts';

it('F54: a restored store believes its machines, runs nothing twice, and keeps what it does not know', async () => {
  await using service = await startFixture();
  const agent = await service.agent();
  const running = await run(service, [agent]);
  const ofRunning = await startOn(agent);
  // these wait when the backup is made; what becomes of them afterwards is in no backup
  const waiting = { runs: '', holds: '', claimed: '', over: '' };
  const ids = { ...waiting };
  for (const name of ['runs', 'holds', 'claimed', 'over'] as const) {
    waiting[name] = await run(service, [agent]);
    ids[name] = (await agent.tasks.next()).order.invocationTaskId;
  }
  const absent = await service.machine();
  const offlinePolicy = OfflinePolicy.RUN_ON_RETURN;
  const patient = await run(service, [absent], { offlinePolicy, offlineExpiry: 86_400 });

  const file = join(service.dataDir, 'invocation.db');
  const backup = join(service.dataDir, 'backup');
  await copyStore(file, backup);
  const takenAt = Date.now();
  await finish(agent, ofRunning);
  for (const name of ['runs', 'holds', 'over'] as const) {
    await agent.start({ invocationTaskId: ids[name], claim: 'claim-1' });
  }
  await finish(agent, { invocationTaskId: ids.over });
  await run(service, [agent]);
  const ofLater = await startOn(agent);

  await service.stop();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  copyFileSync(backup, file);
  noteRestoration(file, { takenAt, restoredAt: Date.now() });
  await service.resume();

  const held = [
    { invocationTaskId: ids.runs, state: HeldState.RUNNING },
    { invocationTaskId: ids.holds, state: HeldState.FINISHED },
    { invocationTaskId: ids.claimed, state: HeldState.CLAIMED },
    { invocationTaskId: ofLater.invocationTaskId, state: HeldState.RUNNING },
  ];
  const { verdicts } = await agent.hello({ held });
  const { GO_ON, RESEND } = Verdict;
  expect(verdicts.map(({ verdict }) => verdict)).toEqual([GO_ON, RESEND, GO_ON, GO_ON]);

  // what it no longer holds has run, or may have: that cannot be known
  for (const lost of [running, waiting.over]) {
    const task = await untilTaskIs(service, lost, TaskStatus.FAILED);
    expect(task.errorInfo).toMatch(/^INTERRUPTED/);
  }
  // what it holds ends as it says, with its output
  await finish(agent, { invocationTaskId: ids.runs });
  await untilTaskIs(service, waiting.runs, TaskStatus.SUCCESS);
  const chunk = { invocationTaskId: ids.holds, stream: OutputStream.STDOUT, offset: 0, data: bytes('x') };
  await agent.output({ chunks: [chunk] });
  await finish(agent, { invocationTaskId: ids.holds }, { outcome: TaskOutcome.FAILED, exitCode: 3, stdoutLength: 1 });
  expect((await untilTaskIs(service, waiting.holds, TaskStatus.FAILED)).taskResult?.exitCode).toBe(3);
  expect((await agent.start({ invocationTaskId: ids.claimed, claim: 'claim-2' })).granted).toBe(true);
  await finish(agent, { invocationTaskId: ids.claimed }, { claim: 'claim-2' });
  await untilTaskIs(service, waiting.claimed, TaskStatus.SUCCESS);

  // what it says of a task that is in no row is kept, once
  for (let times = 0; times < 2; times++) {
    const { committed } = await finish(agent, ofLater, { exitCode: 0, stdoutLength: 7 });
    expect(committed).toBe(true);
  }
  const db = await openStoreOf(service.config);
  const orphans = await db.selectFrom('orphan').selectAll().execute();
  expect(orphans).toMatchObject([
    {
      instance_id: agent.instanceId,
      invocation_task_id: ofLater.invocationTaskId,
      outcome: 'SUCCESS',
      output_length: 7,
    },
  ]);
  expect((await sql`select settled from restoration`.execute(db)).rows).toEqual([{ settled: 1 }]);
  await db.destroy();

  // what waits for an absent machine is sent when it is back, and it may say that it ran that before
  await using back = await connectFakeAgent(absent);
  await back.hello();
  const { order } = await back.tasks.next();
  const says = { outcome: TaskOutcome.INTERRUPTED, exitCode: -1, errorInfo: 'INTERRUPTED: it ran before' };
  await back.result({ invocationTaskId: order.invocationTaskId, ...says });
  expect((await untilTaskIs(service, patient, TaskStatus.FAILED)).errorInfo).toBe(says.errorInfo);
  expect(await tasksOf(service, patient)).toHaveLength(1);
});
