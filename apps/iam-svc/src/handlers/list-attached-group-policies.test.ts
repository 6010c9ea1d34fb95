import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListAttachedGroupPolicies', () => {
  it('lists the account’s newest policy first and presets last, page by page', async () => {
    const { groupId } = await fixture.groups().createGroup({ groupName: 'g' });
    const [first, second] = [await fixture.policy([allow('tat:*')]), await fixture.policy([allow('cvm:*')])];
    for (const policyId of ['900000002', first, second, '900000001']) {
      await fixture.groups().attachGroupPolicy({ policyId, attachGroupId: groupId });
    }
    const list = async (page: object) => {
      const answer = await fixture.groups().listAttachedGroupPolicies({ targetGroupId: groupId, ...page });
      expect(answer.totalNum).toBe(4);
      expect(answer.list.every(({ policyDocument, attachments }) => policyDocument === '' && attachments === 1)).toBe(
        true,
      );
      return answer.list.map(({ policyId }) => policyId);
    };
    expect(await list({})).toEqual([second, first, '900000001', '900000002']);
    expect(await list({ rp: 3, page: 2 })).toEqual(['900000002']);
  });

  it('lists those whose name holds a keyword', async () => {
    const { groupId } = await fixture.groups().createGroup({ groupName: 'searched' });
    for (const policyId of ['900000001', await fixture.policy([allow('tat:*')])]) {
      await fixture.groups().attachGroupPolicy({ policyId, attachGroupId: groupId });
    }
    const found = await fixture.groups().listAttachedGroupPolicies({ targetGroupId: groupId, keyword: 'qcloud' });
    expect(found).toMatchObject({ totalNum: 1, list: [{ policyId: '900000001' }] });
  });

  it.each([
    ['MissingParameter', {}],
    ['ResourceNotFound.GroupNotExist', { targetGroupId: '999' }],
    ['InvalidParameterValue.Range', { targetGroupId: '1', rp: 0 }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.groups().listAttachedGroupPolicies(request))).reason).toBe(reason);
  });
});
