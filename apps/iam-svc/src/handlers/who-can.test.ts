import { AnalysisService, SubjectKind } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const analysis = (token = fixture.root.token) => fixture.client(AnalysisService, token);
const resource = { resource: 'qcs::tat:ap-guangzhou::command/cmd-aaaaaaaa' };
const OFFICE = { ip_equal: { 'qcs:ip': '10.0.0.0/8' } };

/** A row for each column that there is to a role, a collaborator or a policy in the store. */
async function storeRole(name: string, policyId: string) {
  await fixture.inStore(async (db) => {
    const times = { created_at: 0, updated_at: 0 };
    const role = { account_uin: ROOT_UIN, name, description: '', trust_document: '{}', session_seconds: 3600 };
    await db
      .insertInto('role')
      .values({ role_id: '777', ...role, boundary_policy_id: null, ...times })
      .execute();
    const attachment = { account_uin: ROOT_UIN, target_kind: 'role' as const, target_id: '777', attached_at: 0 };
    await db
      .insertInto('attachment')
      .values({ ...attachment, policy_id: Number(policyId) })
      .execute();
  });
}

describe('WhoCan', () => {
  it('names users, collaborators and roles, apart from those whose right hangs on what the question leaves open', async () => {
    const [sure, office, deleting] = [
      await fixture.user([allow('tat:DeleteCommand')]),
      await fixture.user([allow('tat:DeleteCommand', '*', OFFICE)]),
      await fixture.policy([allow('tat:DeleteCommand')]),
    ];
    await fixture.user([allow('tat:Describe*')]);
    const disabled = await fixture.user([allow('tat:DeleteCommand')]);
    await fixture.inStore((db) => db.updateTable('user').set({ active: 0 }).where('uin', '=', disabled.uin).execute());
    await storeRole('deployer', deleting);
    const ids = (subjects: readonly { id: string }[]) => subjects.map(({ id }) => id).sort();

    const open = await analysis().whoCan({ action: 'tat:DeleteCommand', resource });
    expect(ids(open.subjects)).toEqual([sure.uin, '777'].sort());
    expect(open.subjects).toContainEqual(expect.objectContaining({ kind: SubjectKind.ROLE, name: 'deployer' }));
    expect(open.conditional).toMatchObject([{ kind: SubjectKind.USER, id: office.uin, name: office.name }]);

    const inOffice = {
      action: 'tat:DeleteCommand',
      resource,
      requestContext: [{ key: 'qcs:ip', values: ['10.1.1.1'] }],
    };
    const known = await analysis().whoCan(inOffice);
    expect(ids(known.subjects)).toEqual([sure.uin, office.uin, '777'].sort());
    expect(known.conditional).toEqual([]);
    expect(known.revision).toBeGreaterThan(0n);
  });

  it('takes an operation-level action without a resource, and the hour from the clock', async () => {
    const until = (day: string) => ({ date_less_than: { 'qcs:current_time': day } });
    const [before, after] = [
      await fixture.user([allow('tat:CreateCommand', '*', until('2026-06-01'))]),
      await fixture.user([allow('tat:CreateCommand', '*', until('2025-06-01'))]),
    ];
    const { subjects, conditional } = await analysis().whoCan({ action: 'tat:CreateCommand' });
    const ids = subjects.map(({ id }) => id);
    expect(ids).toContain(before.uin);
    expect(ids).not.toContain(after.uin);
    expect(conditional).toEqual([]);
  });

  it('is an operation of its own, and refuses what is no action', async () => {
    const { token } = await fixture.user([allow('cam:List*')]);
    expect(await refusalOf(analysis(token).whoCan({ action: 'tat:RunCommand', resource }))).toMatchObject({
      kind: 'denied',
      details: { resource: '*' },
    });
    expect((await refusalOf(analysis().whoCan({ action: 'tat:Run' }))).reason).toBe('InvalidParameter.ActionNotExist');
    expect((await refusalOf(analysis().whoCan({}))).reason).toBe('InvalidParameter.ActionError');
  });
});
