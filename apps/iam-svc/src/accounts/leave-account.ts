import type { IamWriters } from '../store/iam-writers.ts';

/** Takes from a collaborator everything that it has in an account that invited it: it may act there no longer, at once. */
export async function leaveAccount(
  {
    tokens,
    delegations,
    attachments,
    tags,
    collaborators,
  }: Pick<IamWriters, 'tokens' | 'delegations' | 'attachments' | 'tags' | 'collaborators'>,
  { accountUin, uin }: { accountUin: string; uin: string },
): Promise<void> {
  await tokens.endThoseOfUserIn(accountUin, uin);
  await delegations.endThoseOfUserIn(accountUin, uin);
  await attachments.detachAllOf({ accountUin, kind: 'user', id: uin });
  await tags.clear(accountUin, 'user', uin);
  await collaborators.delete(accountUin, uin);
}
