import { timestampMs } from '@bufbuild/protobuf/wkt';
import { EntityFilter } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';
import { addOtherAccount, OTHER } from '../../tests/other-account.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
  await addOtherAccount(fixture);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const policyId = '900000001';

describe('ListEntitiesForPolicy', () => {
  it('lists users, collaborators, groups and roles with their names, longest attached first, page by page', async () => {
    const { uin, name } = await fixture.user();
    const { groupId } = await fixture.groups().createGroup({ groupName: 'operators' });
    await fixture.inStore(async (db) => {
      const role = { role_id: '71', account_uin: ROOT_UIN, name: 'deployer', description: '', trust_document: '{}' };
      await db
        .insertInto('role')
        .values({ ...role, session_seconds: 1, created_at: 0, updated_at: 0 })
        .execute();
      const attached = { policy_id: Number(policyId), target_kind: 'role' as const };
      await db
        .insertInto('attachment')
        .values([
          { ...attached, account_uin: ROOT_UIN, target_id: '71', attached_at: 1_000 },
          { ...attached, account_uin: OTHER.accountUin, target_id: OTHER.roleId, attached_at: 500 },
        ])
        .execute();
    });
    const attach = async (attachUin: string) => {
      fixture.clock.ms += 1_000;
      await fixture.iam().attachUserPolicy({ policyId, attachUin });
    };
    await attach(uin);
    await attach(OTHER.accountUin);
    fixture.clock.ms += 1_000;
    await fixture.groups().attachGroupPolicy({ policyId, attachGroupId: groupId });
    const reader = await fixture.user([allow('cam:ListEntitiesForPolicy', `qcs::cam:::policyid/${policyId}`)]);
    const list = async (request: object) => {
      const answer = await fixture.policies(reader.token).listEntitiesForPolicy({ policyId, ...request });
      return { ...answer, names: answer.list.map((one) => one.name) };
    };
    const { list: all, totalNum } = await list({});
    expect(totalNum).toBe(4);
    expect(all).toMatchObject([
      { id: '71', name: 'deployer', relatedType: EntityFilter.ROLE },
      { id: uin, name, relatedType: EntityFilter.USER },
      { id: OTHER.accountUin, name: 'guest', relatedType: EntityFilter.USER },
      { id: groupId, name: 'operators', relatedType: EntityFilter.GROUP },
    ]);
    expect(timestampMs(all[3]!.attachmentTime!)).toBe(fixture.clock.ms);
    expect(await list({ rp: 3, page: 2 })).toMatchObject({ totalNum: 4, names: ['operators'] });
    const only = async (entityFilter: EntityFilter) => {
      const { totalNum: total, names } = await list({ entityFilter });
      return [total, names];
    };
    expect(await only(EntityFilter.USER)).toEqual([2, [name, 'guest']]);
    expect(await only(EntityFilter.GROUP)).toEqual([1, ['operators']]);
    expect(await only(EntityFilter.ROLE)).toEqual([1, ['deployer']]);
    expect((await only(EntityFilter.ALL))[0]).toBe(4);
  });

  it.each([
    ['MissingParameter', {}],
    ['ResourceNotFound.PolicyIdNotFound', { policyId: '999' }],
    ['InvalidParameterValue.Range', { policyId, rp: 201 }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.policies().listEntitiesForPolicy(request))).reason).toBe(reason);
  });
});
