import { AttachType, PolicyType } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListAttachedUserAllPolicies', () => {
  it('lists each policy once, with every way by which it comes', async () => {
    const { uin } = await fixture.user();
    const groups: string[] = [];
    for (const groupName of ['a', 'b', 'without']) {
      groups.push((await fixture.groups().createGroup({ groupName })).groupId);
    }
    const [direct, both, grouped] = [
      await fixture.policy([allow('tat:*')]),
      await fixture.policy([allow('tat:*')]),
      await fixture.policy([allow('tat:*')]),
    ];
    const preset = '900000001';
    await fixture.groups().addUserToGroup({ info: groups.slice(0, 2).map((groupId) => ({ groupId, uin })) });
    for (const policyId of [direct, both]) await fixture.iam().attachUserPolicy({ policyId, attachUin: uin });
    for (const [policyId, group] of [
      [both, 0],
      [grouped, 0],
      [grouped, 1],
      [preset, 1],
      ['900000002', 2],
    ] as const) {
      await fixture.groups().attachGroupPolicy({ policyId, attachGroupId: groups[group]! });
    }
    const reader = await fixture.user([allow('cam:ListAttachedUserAllPolicies', `qcs::cam:::uin/${uin}`)]);
    const list = async (request: object) => {
      const { totalNum, policyList } = await fixture
        .policies(reader.token)
        .listAttachedUserAllPolicies({ targetUin: uin, ...request });
      return [totalNum, ...policyList.map((one) => [one.policy!.policyId, one.direct, one.groupIds])];
    };
    const [a, b] = groups;
    expect(await list({})).toEqual([
      4,
      [grouped, false, [a, b]],
      [both, true, [a]],
      [direct, true, []],
      [preset, false, [b]],
    ]);
    expect(await list({ rp: 1, page: 2 })).toEqual([4, [both, true, [a]]]);
    expect(await list({ attachType: AttachType.DIRECT })).toEqual([2, [both, true, [a]], [direct, true, []]]);
    expect(await list({ attachType: AttachType.GROUP, keyword: 'qcloudtat' })).toEqual([1, [preset, false, [b]]]);
    expect(await list({ strategyType: PolicyType.PRESET })).toEqual([1, [preset, false, [b]]]);
    expect(await list({ strategyType: PolicyType.CUSTOM, rp: 1 })).toEqual([3, [grouped, false, [a, b]]]);
    const { policyList } = await fixture.policies().listAttachedUserAllPolicies({ targetUin: uin, rp: 1 });
    expect(policyList).toMatchObject([
      {
        groups: [
          { groupId: a, groupName: 'a' },
          { groupId: b, groupName: 'b' },
        ],
      },
    ]);
  });

  it.each([
    ['MissingParameter', {}],
    ['ResourceNotFound.UserNotExist', { targetUin: '999' }],
    ['ResourceNotFound.UserNotExist', { targetUin: ROOT_UIN }],
    ['InvalidParameterValue.Range', { targetUin: '999', rp: 201 }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.policies().listAttachedUserAllPolicies(request))).reason).toBe(reason);
  });
});
