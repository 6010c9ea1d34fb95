import type { MessageInitShape } from '@bufbuild/protobuf';
import { AccountService, type CreateRoleRequestSchema, RoleService } from '@muster/contract';
import type { AccessKeySecret } from '@muster/rpc';
import { type Fixture, ROOT_UIN, type TestUser } from './fixture.ts';

let serial = 0;

/** A trust policy's text: who may assume the role, and under which condition. */
export const trusting = (qcs: string | string[], condition: object = {}) =>
  JSON.stringify({
    version: '2.0',
    statement: [{ effect: 'allow', action: 'name/sts:AssumeRole', principal: { qcs }, condition }],
  });

/** Everybody of the fixture's account. */
export const OWN_ACCOUNT = trusting(`qcs::cam::uin/${ROOT_UIN}:root`);

/** A policy document's text. */
export const documentOf = (...statement: object[]) => JSON.stringify({ version: '2.0', statement });

/** A role of the fixture's account. */
export interface TestRole {
  readonly roleId: string;
  readonly roleName: string;
  readonly roleArn: string;
}

/** Makes a role that the fixture's account trusts, unless told otherwise, with these statements attached as one policy. */
export async function makeRole(
  fixture: Fixture,
  statements: object[] = [],
  init: MessageInitShape<typeof CreateRoleRequestSchema> = {},
): Promise<TestRole> {
  const roleName = init.roleName ?? `role${serial++}`;
  const roles = fixture.client(RoleService, fixture.root.token);
  const { roleId } = await roles.createRole({ policyDocument: OWN_ACCOUNT, ...init, roleName });
  if (statements.length > 0) {
    await roles.attachRolePolicy({ attachRoleId: roleId, policyId: await fixture.policy(statements) });
  }
  return { roleId, roleName, roleArn: `qcs::cam::uin/${ROOT_UIN}:roleName/${roleName}` };
}

/** Takes a role on with this token and hands back that of the session. */
export async function assume(
  fixture: Fixture,
  token: string,
  { roleArn }: Pick<TestRole, 'roleArn'>,
  rest: { policy?: string; durationSeconds?: number; externalId?: string; roleSessionName?: string } = {},
): Promise<string> {
  const { credentials } = await fixture.tokens(token).assumeRole({ roleArn, roleSessionName: 'test', ...rest });
  return credentials!.token;
}

/** A root account beside the fixture's own. */
export interface OtherAccount {
  readonly accountUin: string;
  readonly token: string;
  /** Makes a sub-user of that account with these statements attached as one policy. */
  user(...statement: object[]): Promise<TestUser>;
}

/** Opens another account. */
export async function otherAccount(fixture: Fixture): Promise<OtherAccount> {
  const accounts = fixture.client(AccountService, fixture.root.token);
  const { accountUin, ...key } = await accounts.createAccount({ name: `account${serial++}` });
  const token = await fixture.exchange(key);
  return {
    accountUin,
    token,
    async user(...statement) {
      const iam = fixture.iam(token);
      const made: AccessKeySecret & { uin: string; name: string } = await iam.addUser({
        name: `user${serial++}`,
        useApi: true,
      });
      if (statement.length > 0) {
        const policyDocument = documentOf(...statement);
        const { policyId } = await iam.createPolicy({ policyName: `policy${serial++}`, policyDocument });
        await iam.attachUserPolicy({ policyId, attachUin: made.uin });
      }
      return { ...made, token: await fixture.exchange(made) };
    },
  };
}
