import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListAttachedUserPolicies', () => {
  it('lists what is attached, newest policy first, page by page', async () => {
    const ids = [await fixture.policy([allow('tat:*')]), await fixture.policy([allow('cvm:*')])];
    const { uin: targetUin } = await fixture.user();
    for (const policyId of ids) await fixture.iam().attachUserPolicy({ policyId, attachUin: targetUin });
    const list = async (page: object) => {
      const answer = await fixture.iam().listAttachedUserPolicies({ targetUin, ...page });
      expect(answer.totalNum).toBe(2);
      return answer.list.map(({ policyId }) => policyId);
    };
    expect(await list({})).toEqual([ids[1], ids[0]]);
    expect(await list({ rp: 1, page: 2 })).toEqual([ids[0]]);
  });

  it.each([
    ['MissingParameter', {}],
    ['ResourceNotFound.UserNotExist', { targetUin: '999' }],
    ['ResourceNotFound.UserNotExist', { targetUin: ROOT_UIN }],
    ['InvalidParameterValue.Range', { targetUin: '999', rp: 201 }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.iam().listAttachedUserPolicies(request))).reason).toBe(reason);
  });
});
