import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../tests/fixture.ts';
import { DEFAULT_QUOTAS, requireRoom } from './quotas.ts';

const refusal = (work: () => unknown) => refusalOf(Promise.resolve().then(work));

describe('quotas', () => {
  it.each([
    ['usersInAccount', 1_000, 'InvalidParameter.SubUserFull'],
    ['groupsInAccount', 300, 'InvalidParameter.GroupFull'],
    ['rolesInAccount', 1_000, 'InvalidParameter.RoleFull'],
    ['policiesInAccount', 1_500, 'FailedOperation.PolicyFull'],
    ['groupsOfUser', 10, 'InvalidParameter.UserGroupFull'],
    ['usersOfGroup', 100, 'InvalidParameter.GroupUserFull'],
    ['policiesOfUser', 200, 'InvalidParameter.AttachmentFull'],
    ['policiesOfGroup', 200, 'InvalidParameter.AttachmentFull'],
    ['policiesOfRole', 200, 'InvalidParameter.AttachmentFull'],
    ['versionsOfPolicy', 5, 'FailedOperation.PolicyVersionFull'],
    ['keysOfUser', 2, 'OperationDenied.AccessKeyOverLimit'],
    ['accountsOfCollaborator', 10, 'InvalidParameter.CollaboratorFull'],
    ['tagsOfResource', 50, 'FailedOperation.TagResourceFailed'],
  ] as const)('%s is used up at %i', async (quota, most, reason) => {
    requireRoom(DEFAULT_QUOTAS, quota, most - 1);
    expect(await refusal(() => requireRoom(DEFAULT_QUOTAS, quota, most))).toMatchObject({ kind: 'exhausted', reason });
  });

  it('leave no room for several at once when all of them do not fit', async () => {
    const quotas = { ...DEFAULT_QUOTAS, tagsOfResource: 3 };
    requireRoom(quotas, 'tagsOfResource', 1, 2);
    requireRoom(quotas, 'tagsOfResource', 3, 0);
    expect((await refusal(() => requireRoom(quotas, 'tagsOfResource', 1, 3))).message).toBe(
      'a resource may have 3 tags, and there are 1',
    );
  });

  it('give a policy 4,096 characters', () => expect(DEFAULT_QUOTAS.policyCharacters).toBe(4_096));
});
