import { InvocationInternalService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { ACCOUNT_UIN } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from '../../tests/runs-fixture.ts';

let service: Fixture;
beforeAll(async () => {
  service = await startFixture();
});
afterAll(() => service[Symbol.asyncDispose]());

const ask = async (instanceIds: string[], accountUin = ACCOUNT_UIN) =>
  (
    await service
      .client(InvocationInternalService, 'service:session-svc')
      .describeSessionInstances({ accountUin, instanceIds })
  ).instances;

describe('DescribeSessionInstances', () => {
  it('tells tenant, tags, name, presence and what the agent said that it can do', async () => {
    const silent = await service.machine();
    await using agent = await service.agent();
    await agent.hello({ agentVersion: '9.9.0', supportFeatures: ['session-shell', 'SHELL', 'session-sauna'] });
    const { instanceId } = agent;
    await service.instances().tagInstances({ instanceIds: [instanceId], tags: [{ key: 'env', value: 'prod' }] });
    const found = await ask([instanceId, silent.instanceId, instanceId, 'ins-zzzzzzzz']);
    expect(found.toSorted((one, other) => Number(other.online) - Number(one.online))).toMatchObject([
      {
        instanceId,
        tenant: expect.stringMatching(/^A[A-Z2-7]{55}$/),
        tags: [{ key: 'env', value: 'prod' }],
        online: true,
        instanceName: 'web-1',
        supportFeatures: ['SHELL', 'session-shell'],
        agentVersion: '9.9.0',
      },
      { instanceId: silent.instanceId, tags: [], online: false, supportFeatures: [], agentVersion: '' },
    ]);
  });

  it('leaves out machines of another account', async () => {
    const { instanceId } = await service.machine();
    expect(await ask([instanceId], '100000000002')).toEqual([]);
  });

  it.each<[string, string[], string]>([
    ['none', [], 'MissingParameter'],
    ['1001', Array.from({ length: 1_001 }, () => 'ins-00000000'), 'InvalidParameterValue.LimitExceeded'],
    ['a malformed one', ['ins-x'], 'InvalidParameterValue.InvalidInstanceId'],
  ])('refuses %s', async (_what, ids, reason) => {
    const refusal = await ask(ids).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ reason });
  });
});
