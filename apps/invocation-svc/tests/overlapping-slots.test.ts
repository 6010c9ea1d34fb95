import { InvokerOutcome, OverlapPolicy, TaskStatus } from '@muster/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import {
  come,
  deleteInvokers,
  EVERY_MINUTE,
  firedRun,
  goTo,
  invokersOf,
  MINUTE,
  makeInvoker,
  outcomesOf,
  recordsOf,
  saveCommand,
  untilRecord,
} from './invokers.ts';
import { type Fixture, finish, startFixture, startOn, untilTaskIs } from './runs-fixture.ts';

const { STARTED, SKIPPED, QUEUED } = InvokerOutcome;

let service: Fixture;
let agent: FakeAgent;
beforeAll(async () => {
  service = await startFixture({ offlineAfterSeconds: 86_400 * 365 });
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(async () => {
  agent = await service.agent();
});
afterEach(async () => {
  await agent[Symbol.asyncDispose]();
  await deleteInvokers(service);
});

describe('a slot that comes while an earlier run goes on', () => {
  /** An invoker that fires every minute and finds its earlier run still going on. */
  const overlapping = (overlapPolicy: OverlapPolicy, timeout = 86_400) =>
    makeInvoker(service, [agent], {
      commandId: saveCommand(service, { timeout }),
      scheduleSettings: { ...EVERY_MINUTE, overlapPolicy },
    });

  it('is fired by ALLOW', async () => {
    const invokerId = await overlapping(OverlapPolicy.ALLOW);
    const first = await firedRun(service, invokerId, agent);
    const second = await firedRun(service, invokerId, agent);
    expect(await outcomesOf(service, invokerId)).toEqual([STARTED, STARTED]);
    await finish(agent, first.task);
    await finish(agent, second.task);
  });

  it('is skipped by SKIP', async () => {
    const invokerId = await overlapping(OverlapPolicy.SKIP);
    const { task, invocationId } = await firedRun(service, invokerId, agent);
    const slot = await come(service, invokerId);
    const { reason } = await untilRecord(service, invokerId, { slot, outcome: SKIPPED });
    expect(reason).toBe(`the run ${invocationId} of an earlier slot had not ended`);
    await finish(agent, task);
    await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
    await finish(agent, (await firedRun(service, invokerId, agent)).task);
  });

  it('waits by QUEUE until that run has ended; one waits, others are skipped', async () => {
    const invokerId = await overlapping(OverlapPolicy.QUEUE);
    const first = await firedRun(service, invokerId, agent);
    const slot = await come(service, invokerId);
    const { reason } = await untilRecord(service, invokerId, { slot, outcome: QUEUED });
    expect(reason).toBe(`waits for the run ${first.invocationId} of an earlier slot to end`);
    await untilRecord(service, invokerId, { slot: await come(service, invokerId), outcome: SKIPPED });
    await finish(agent, first.task);
    const fired = await untilRecord(service, invokerId, { slot, outcome: STARTED });
    expect(fired.reason).toBe('start an invocation when the run of the earlier slot had ended.');
    await finish(agent, await startOn(agent));
    expect(await outcomesOf(service, invokerId)).toEqual([STARTED, SKIPPED, STARTED]);
  });

  it('is fired although the service was away when the run ended', async () => {
    const invokerId = await overlapping(OverlapPolicy.QUEUE, 60);
    const { invocationId } = await firedRun(service, invokerId, agent);
    const slot = await come(service, invokerId);
    await untilRecord(service, invokerId, { slot, outcome: QUEUED });
    await service.stop();
    // past the timeout of the command and the grace: the watchdog closes the run at once
    goTo(service, slot + 10 * MINUTE);
    await service.resume();
    await untilTaskIs(service, invocationId, TaskStatus.TASK_TIMEOUT);
    await untilRecord(service, invokerId, { slot, outcome: STARTED });
    await agent.hello();
    await finish(agent, await startOn(agent));
  });

  it.each<[string, 'disableInvoker' | 'deleteInvoker', string]>([
    ['switched off', 'disableInvoker', 'the invoker was disabled'],
    ['deleted', 'deleteInvoker', 'the invoker was deleted'],
  ])('is given up when the invoker is %s', async (_what, method, reason) => {
    const invokerId = await overlapping(OverlapPolicy.QUEUE);
    const { task } = await firedRun(service, invokerId, agent);
    const slot = await come(service, invokerId);
    await untilRecord(service, invokerId, { slot, outcome: QUEUED });
    await invokersOf(service)[method]({ invokerId });
    await finish(agent, task);
    expect(await recordsOf(service, invokerId)).toMatchObject([{ outcome: SKIPPED, reason }, { outcome: STARTED }]);
  });
});
