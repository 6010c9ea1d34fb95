import { Outcome } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
let serial = 0;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const ask = async (credential: string) =>
  (await fixture.authorization()).authorize({
    context: { credential },
    action: 'tat:DescribeCommands',
    resources: [{ resource: 'qcs::tat:ap-guangzhou::command/cmd-aaaaaaaa' }],
  });

/** Makes the document in force unreadable, as a failing disk or an older version's mistake would. */
async function damage(policyId: string): Promise<void> {
  await fixture.inStore((db) =>
    db
      .updateTable('policy_version')
      .set({ document: '{"version":"2.0","statement":[{"effect":"deny"' })
      .where('policy_id', '=', Number(policyId))
      .execute(),
  );
  // what was compiled before is not read again
  await fixture.restart();
}

/** The ways to have a policy, and to be rid of it. */
const WAYS = {
  attached: {
    give: (policyId: string, uin: string) => fixture.iam().attachUserPolicy({ policyId, attachUin: uin }),
    take: (policyId: string, uin: string) => fixture.iam().detachUserPolicy({ policyId, detachUin: uin }),
  },
  'attached to a group': {
    async give(policyId: string, uin: string) {
      const { groupId } = await fixture.groups().createGroup({ groupName: `damaged${serial++}` });
      await fixture.groups().addUserToGroup({ info: [{ groupId, uin }] });
      await fixture.groups().attachGroupPolicy({ policyId, attachGroupId: groupId });
    },
    async take(_policyId: string, uin: string) {
      const { groupInfo } = await fixture.groups().listGroupsForUser({ uin });
      for (const { groupId } of groupInfo) await fixture.groups().deleteGroup({ groupId });
    },
  },
  'set as the boundary': {
    give: (policyId: string, uin: string) =>
      fixture.policies().putUserPermissionsBoundary({ policyId, targetUin: uin }),
    take: (_policyId: string, uin: string) => fixture.policies().deleteUserPermissionsBoundary({ targetUin: uin }),
  },
} as const;

describe('a stored policy that can no longer be read', () => {
  it.each(Object.entries(WAYS))('denies everything to whom it is %s, and to nobody else', async (_, { give, take }) => {
    const [hit, other] = [await fixture.user([allow('tat:*')]), await fixture.user([allow('tat:*')])];
    const policyId = await fixture.policy([allow('tat:*')]);
    await give(policyId, hit.uin);
    expect((await ask(hit.token)).allowed).toBe(true);
    await damage(policyId);
    expect(await ask(hit.token)).toMatchObject({
      allowed: false,
      decisions: [{ outcome: Outcome.EXPLICIT_DENY, policyId, policyVersion: 1 }],
    });
    expect((await ask(other.token)).allowed).toBe(true);
    await take(policyId, hit.uin);
    expect((await ask(hit.token)).allowed).toBe(true);
  });

  it('can still be looked at, and mended by another version', async () => {
    const { uin, token } = await fixture.user([allow('tat:*')]);
    const policyId = await fixture.policy([allow('tat:*')]);
    await fixture.iam().attachUserPolicy({ policyId, attachUin: uin });
    await damage(policyId);
    expect((await ask(token)).allowed).toBe(false);
    const { policyVersion } = await fixture.policies().getPolicyVersion({ policyId, versionId: 1 });
    expect(policyVersion!.document).toContain('deny');
    const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('tat:*')] });
    await fixture.policies().createPolicyVersion({ policyId, policyDocument, setAsDefault: true });
    expect((await ask(token)).allowed).toBe(true);
  });
});
