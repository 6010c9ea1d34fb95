import { PolicyType } from '@muster/contract';
import { PRESETS } from '@muster/policy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListPolicies', () => {
  it('lists policies newest first, page by page, without their documents', async () => {
    const scope = PolicyType.CUSTOM;
    expect(await fixture.iam().listPolicies({ scope })).toMatchObject({ totalNum: 0, list: [] });
    const ids: string[] = [];
    for (let i = 0; i < 23; i++) ids.unshift(await fixture.policy([allow('tat:*')]));
    const page = async (rp?: number, number?: number) => {
      const { totalNum, list } = await fixture.iam().listPolicies({
        scope,
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

  it('ends with the presets, in order', async () => {
    const own = (await fixture.iam().listPolicies({ scope: PolicyType.CUSTOM })).totalNum;
    const { totalNum, list } = await fixture.iam().listPolicies({ rp: 200 });
    expect(totalNum).toBe(own + PRESETS.length);
    expect(list.slice(own).map(({ policyName }) => policyName)).toEqual(PRESETS.map(({ name }) => name));
    expect(new Set(list.slice(0, own).map(({ type }) => type))).toEqual(new Set([PolicyType.CUSTOM]));
    const presets = await fixture.iam().listPolicies({ scope: PolicyType.PRESET, rp: 1, page: 2 });
    expect(presets).toMatchObject({ totalNum: PRESETS.length, list: [{ policyId: '900000002', version: 1 }] });
    expect(presets.list[0]).toMatchObject({ policyName: 'QcloudTATReadOnlyAccess', type: PolicyType.PRESET });
  });

  it('finds names without case', async () => {
    const { list, totalNum } = await fixture.iam().listPolicies({ keyword: 'tatREAD' });
    expect(list.map(({ policyName }) => policyName)).toEqual(['QcloudTATReadOnlyAccess']);
    expect(totalNum).toBe(1);
  });

  it('shows tags, and to how many users, groups and roles of the account a policy is attached', async () => {
    const policyId = '900000004';
    const [ann, bob] = [await fixture.user(), await fixture.user()];
    for (const { uin: attachUin } of [ann, bob]) await fixture.iam().attachUserPolicy({ policyId, attachUin });
    const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('tat:*')] });
    const tags = [{ key: 'team', value: 'ops' }];
    await fixture.iam().createPolicy({ policyName: 'tagged', policyDocument, tags });
    const one = async (keyword: string) => (await fixture.iam().listPolicies({ keyword })).list[0];
    expect(await one('QcloudBatchReadOnlyAccess')).toMatchObject({ policyId, attachments: 2, tags: [] });
    expect(await one('tagged')).toMatchObject({ attachments: 0, tags });
  });

  it('counts and shows only what the caller may see', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const reader = await fixture.user([allow('cam:ListPolicies', `qcs::cam:::policyid/${policyId}`)]);
    expect(await fixture.iam(reader.token).listPolicies({})).toMatchObject({ totalNum: 1, list: [{ policyId }] });
    const blind = await fixture.user();
    expect(await fixture.iam(blind.token).listPolicies({})).toMatchObject({ totalNum: 0, list: [] });
  });

  it('goes by the tags of policies', async () => {
    const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('tat:*')] });
    const make = (policyName: string, value: string) =>
      fixture.iam().createPolicy({ policyName, policyDocument, tags: [{ key: 'env', value }] });
    await make('in-test', 'test');
    await make('in-prod', 'prod');
    const onTest = { 'for_any_value:string_equal': { 'qcs:resource_tag': ['env&test'] } };
    const reader = await fixture.user([allow('cam:ListPolicies', '*', onTest)]);
    expect(await fixture.iam(reader.token).listPolicies({})).toMatchObject({
      totalNum: 1,
      list: [{ policyName: 'in-test' }],
    });
  });
});
