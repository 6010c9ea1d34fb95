import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAM_REFUSALS, type Refused, STS_REFUSALS } from './cam-story/refusals.ts';
import { storyOfRights } from './cam-story/story-of-rights.ts';
import { storyOfSessions } from './cam-story/story-of-sessions.ts';
import { storyOfTheEnd } from './cam-story/story-of-the-end.ts';
import { makeThings, type Things } from './cam-story/things.ts';
import { type Deploy, startWorld, type World } from './cam-story/world.ts';
import { codeOf } from './sdk.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

/** The actions that Muster offers for users, groups, policies, attachments, roles, boundaries and keys (CAM, sections 9 and 14). */
const OFFERED = [
  'AddUser GetUser UpdateUser DeleteUser ListUsers DescribeSubAccounts ListCollaborators',
  'CreateGroup GetGroup UpdateGroup DeleteGroup ListGroups ListGroupsForUser ListUsersForGroup',
  'AddUserToGroup RemoveUserFromGroup',
  'CreatePolicy UpdatePolicy GetPolicy DeletePolicy ListPolicies ListEntitiesForPolicy',
  'CreatePolicyVersion DeletePolicyVersion GetPolicyVersion ListPolicyVersions SetDefaultPolicyVersion',
  'AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy AttachRolePolicy DetachRolePolicy',
  'ListAttachedUserPolicies ListAttachedUserAllPolicies ListAttachedGroupPolicies ListAttachedRolePolicies',
  'CreateRole GetRole DeleteRole DescribeRoleList UpdateAssumeRolePolicy UpdateRoleDescription',
  'UpdateRoleSessionDuration TagRole UntagRole',
  'PutUserPermissionsBoundary DeleteUserPermissionsBoundary GetUserPermissionBoundary',
  'PutRolePermissionsBoundary DeleteRolePermissionsBoundary GetRolePermissionBoundary',
  'CreateAccessKey UpdateAccessKey DeleteAccessKey ListAccessKeys GetSecurityLastUsed',
  'GetAccountSummary GetUserAppId',
].flatMap((actions) => actions.split(' ').map((action) => `cam:${action}`));

describe('a user of CAM and STS', () => {
  const deploy = {} as Deploy;
  storyOfRights(() => world, deploy);
  storyOfSessions(() => world, deploy);
  storyOfTheEnd(() => world, deploy);

  it('needed every action that Muster offers', () => {
    const sts = ['AssumeRole', 'GetCallerIdentity', 'GetSessionToken', 'GetFederationToken'];
    const all = [...OFFERED, ...sts.map((action) => `sts:${action}`)];
    expect(all.filter((action) => !world.answered.has(action))).toEqual([]);
  });
});

describe('refusals', () => {
  let things: Things;
  beforeAll(async () => {
    things = await makeThings(world.root, world.rootUin);
  });
  const refusalOfRow = <Client extends object>(client: Client, { action, request }: Refused<Client>) => {
    const call = client[action as keyof Client] as (request: object) => Promise<unknown>;
    return codeOf(call(typeof request === 'function' ? request(things) : request));
  };

  it.each(CAM_REFUSALS)('cam:$action with $of is refused with $code', async (row) => {
    expect(await refusalOfRow(world.root.cam, row)).toBe(row.code);
  });

  it.each(STS_REFUSALS)('sts:$action with $of is refused with $code', async (row) => {
    expect(await refusalOfRow(world.root.sts, row)).toBe(row.code);
  });
});
