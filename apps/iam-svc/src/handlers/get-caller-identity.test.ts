import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';
import { assume, documentOf, makeRole } from '../../tests/roles.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('GetCallerIdentity', () => {
  it('says who the caller is, whatever it may do', async () => {
    const user = await fixture.user();
    expect(await fixture.tokens(user.token).getCallerIdentity({})).toMatchObject({
      arn: `qcs::cam::uin/${ROOT_UIN}:uin/${user.uin}`,
      accountId: ROOT_UIN,
      userId: user.uin,
      userName: user.name,
      type: 'CAMUser',
      region: 'ap-guangzhou',
      principalId: user.uin,
    });
    expect(await fixture.tokens(fixture.root.token).getCallerIdentity({})).toMatchObject({
      userId: ROOT_UIN,
      userName: 'root',
    });
  });

  it('tells a role session by its role and its name', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const role = await makeRole(fixture);
    const token = await assume(fixture, user.token, role, { roleSessionName: 'deploy' });
    expect(await fixture.tokens(token).getCallerIdentity({})).toMatchObject({
      arn: `qcs::sts::uin/${ROOT_UIN}:assumed-role/${role.roleId}`,
      accountId: ROOT_UIN,
      userId: role.roleId,
      userName: role.roleName,
      type: 'CAMRole',
      principalId: `${role.roleId}:deploy`,
    });
  });

  it('tells whom the caller vouches for', async () => {
    const user = await fixture.user([allow('sts:GetFederationToken')]);
    const policy = documentOf(allow('tat:*'));
    const { credentials } = await fixture.tokens(user.token).getFederationToken({ name: 'guest', policy });
    expect(await fixture.tokens(credentials!.token).getCallerIdentity({})).toMatchObject({
      arn: `qcs::sts::uin/${ROOT_UIN}:federated-user/${user.uin}`,
      userId: user.uin,
      type: 'CAMUser',
      principalId: `${user.uin}:guest`,
      originUin: user.uin,
    });
  });

  it('has nothing to say to a service, and refuses whoever brings no token or a bad one', async () => {
    const service = fixture.tokens(await fixture.serviceToken('gateway'));
    expect(await refusalOf(service.getCallerIdentity({}))).toMatchObject({ kind: 'denied' });
    for (const token of ['', 'forged', `${fixture.root.token}x`]) {
      expect(await refusalOf(fixture.tokens(token).getCallerIdentity({}))).toMatchObject({
        kind: 'unauthenticated',
        reason: 'AuthFailure.TokenFailure',
      });
    }
  });
});
