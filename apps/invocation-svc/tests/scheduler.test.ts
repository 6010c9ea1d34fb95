import { timestampMs } from '@bufbuild/protobuf/wkt';
import { InvocationSource, InvocationStatus, InvokerOutcome } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import { goTo, makeInvoker, nextOf, recordsOf, saveCommand, untilRecord } from './invokers.ts';
import { bytes, type Fixture, finish, startFixture, startOn } from './runs-fixture.ts';

const { STARTED } = InvokerOutcome;

let service: Fixture;
let agent: FakeAgent;
beforeAll(async () => {
  service = await startFixture({ offlineAfterSeconds: 86_400 * 365 });
  agent = await service.agent();
});
afterAll(() => service[Symbol.asyncDispose]());

describe('a schedule', () => {
  it('runs its command when a slot comes, with its user and its parameters', async () => {
    const commandId = saveCommand(service, { content: bytes('echo {{who}}'), enableParameter: true });
    const invokerId = await makeInvoker(service, [agent], { commandId, parameters: '{"who":"me"}', username: 'www' });
    const slot = await nextOf(service, invokerId);
    goTo(service, slot);
    const { invocationId } = await untilRecord(service, invokerId, { slot, outcome: STARTED });
    const task = await startOn(agent);
    expect(new TextDecoder().decode(task.content)).toBe('echo me');
    expect(task.username).toBe('www');
    await finish(agent, task);
    const { invocationSet } = await service.runs().describeInvocations({
      filters: [{ name: 'invoker-id', values: [invokerId] }],
    });
    expect(invocationSet).toMatchObject([
      { invocationId, invokerId, invocationSource: InvocationSource.INVOKER, commandId },
    ]);
    const [record] = await recordsOf(service, invokerId);
    expect(record).toMatchObject({
      ...{ invokerId, invocationId, outcome: STARTED, reason: 'start an invocation at scheduled time.' },
      result: InvocationStatus.SUCCESS,
    });
    expect(timestampMs(record!.scheduledTime!)).toBe(slot);
    expect(timestampMs(record!.invokeTime!)).toBeGreaterThanOrEqual(slot);
    expect(await nextOf(service, invokerId)).toBe(slot + 3_600_000);
  });
});
