import { InvocationInternalService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { ACCOUNT_UIN } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fixture } from '../../tests/runs-fixture.ts';
import { finish, run, startFixture, startOn } from '../../tests/runs-fixture.ts';

let service: Fixture;
beforeAll(async () => {
  service = await startFixture();
});
afterAll(() => service[Symbol.asyncDispose]());

const use = (commandIds: string[], accountUin = ACCOUNT_UIN) =>
  service.client(InvocationInternalService, 'service:command-svc').describeCommandUse({ accountUin, commandIds });

describe('DescribeCommandUse', () => {
  it('names the commands of which a task has not ended, until it has', async () => {
    await using agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const { invocationSet } = await service.runs().describeInvocations({ invocationIds: [invocationId] });
    const commandId = invocationSet[0]!.commandId;
    expect(await use([commandId, 'cmd-00000000'])).toMatchObject({ inInvoker: [], inExecuting: [commandId] });
    expect(await use([commandId], '100000000002')).toMatchObject({ inExecuting: [] });

    const order = await startOn(agent);
    expect(await use([commandId])).toMatchObject({ inExecuting: [commandId] });
    await finish(agent, order);
    expect(await use([commandId])).toMatchObject({ inExecuting: [] });
  });

  it.each<[string, string[], string]>([
    ['none', [], 'InvalidParameterValue'],
    ['101', Array.from({ length: 101 }, () => 'cmd-00000000'), 'InvalidParameterValue'],
    ['a malformed one', ['cmd-x'], 'InvalidParameterValue.InvalidCommandId'],
  ])('refuses %s', async (_what, commandIds, reason) => {
    const refusal = await use(commandIds).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ reason });
  });
});
