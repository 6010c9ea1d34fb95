import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListPolicies', () => {
  it('lists policies newest first, page by page, without their documents', async () => {
    expect(await fixture.iam().listPolicies({})).toMatchObject({ totalNum: 0, list: [] });
    const ids: string[] = [];
    for (let i = 0; i < 23; i++) ids.unshift(await fixture.policy([allow('tat:*')]));
    const page = async (rp?: number, number?: number) => {
      const { totalNum, list } = await fixture.iam().listPolicies({
        ...(rp === undefined ? {} : { rp }),
        ...(number === undefined ? {} : { page: number }),
      });
      expect(totalNum).toBe(23);
      expect(list.every(({ policyDocument }) => policyDocument === '')).toBe(true);
      return list.map(({ policyId }) => policyId);
    };
    expect(await page()).toEqual(ids.slice(0, 20));
    expect(await page(10, 3)).toEqual(ids.slice(20));
    expect(await page(200)).toEqual(ids);
    expect(await page(10, 4)).toEqual([]);
    for (const bad of [{ rp: 201 }, { rp: 0 }, { page: 0 }]) {
      expect((await refusalOf(fixture.iam().listPolicies(bad))).reason).toBe('InvalidParameterValue.Range');
    }
  });

  it('counts and shows only what the caller may see', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const reader = await fixture.user([allow('cam:ListPolicies', `qcs::cam:::policyid/${policyId}`)]);
    expect(await fixture.iam(reader.token).listPolicies({})).toMatchObject({ totalNum: 1, list: [{ policyId }] });
  });
});
