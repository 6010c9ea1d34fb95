import { decideByPolicies } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, outcomeOf, startFixture } from './machines-fixture.ts';

let service: Fixture;
beforeAll(async () => {
  service = await startFixture({ registerCodeQuota: 7 });
});
afterAll(() => service[Symbol.asyncDispose]());

describe('DescribeQuotas', () => {
  it.each<[string, string[], string]>([
    ['no name', [], 'MissingParameter'],
    ['COMMAND', ['COMMAND'], 'answered'],
    ['REGISTER_CODE', ['REGISTER_CODE'], 'answered'],
    ['both', ['REGISTER_CODE', 'COMMAND'], 'answered'],
    ['an unknown name', ['COMMAND', 'INVOKER'], 'ResourceUnavailable.InvalidResourceQuotaResourceCode'],
    ['a name in lower case', ['command'], 'ResourceUnavailable.InvalidResourceQuotaResourceCode'],
    ['an empty name', [''], 'ResourceUnavailable.InvalidResourceQuotaResourceCode'],
  ])('given %s', async (_, resourceNames, outcome) => {
    expect(await outcomeOf(service.instances().describeQuotas({ resourceNames }))).toBe(outcome);
  });

  it('tells of each name once, in the order asked, how much there is and may be in this account', async () => {
    service.commandCounts.set('100000000001', 3);
    const registerCodes = [
      await service.instances().createRegisterCode({}),
      await service.instances().createRegisterCode({}),
    ];
    await service.instances().disableRegisterCodes({ registerCodeIds: [registerCodes[0]!.registerCodeId] });
    const quotas = async (as: string) => {
      const { generalResourceQuotaSet } = await service
        .instances(as)
        .describeQuotas({ resourceNames: ['REGISTER_CODE', 'COMMAND', 'REGISTER_CODE'] });
      return generalResourceQuotaSet.map((each) => [
        each.resourceName,
        each.resourceQuotaUsed,
        each.resourceQuotaTotal,
      ]);
    };
    expect(await quotas('root')).toEqual([
      ['REGISTER_CODE', 2, 7],
      ['COMMAND', 3, 500],
    ]);
    expect(await quotas('root@100000000099')).toEqual([
      ['REGISTER_CODE', 0, 7],
      ['COMMAND', 0, 500],
    ]);
  });
});

// Declared codes of spec section 13.2 that cannot occur in DescribeRegions: UnauthorizedOperation.InvalidToken, .MFAExpired and .MFANotFound
// (see describe-automation-agent-status.test.ts), and InternalError, which no request brings about.
describe('DescribeRegions', () => {
  it('tells of the region of this installation', async () => {
    expect(await service.instances().describeRegions({})).toMatchObject({
      totalCount: 1,
      regionSet: [{ region: 'ap-guangzhou', regionName: 'South China (Guangzhou)', regionState: 'AVAILABLE' }],
    });
  });
});

it('both are decided like every other action', async () => {
  decideByPolicies(service.iam, { effect: 'deny', action: ['tat:DescribeQuotas', 'tat:DescribeRegions'] });
  const user = service.instances('user');
  const denied = 'UnauthorizedOperation.CamAuthFailed';
  expect(await outcomeOf(user.describeQuotas({ resourceNames: ['COMMAND'] }))).toBe(denied);
  expect(await outcomeOf(user.describeRegions({}))).toBe(denied);
});
