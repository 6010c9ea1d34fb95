import { Refusal } from '@muster/kernel';

/** How many of everything there may be. */
export interface Quotas {
  /** Sub-users, collaborators and message recipients together. */
  readonly usersInAccount: number;
  readonly groupsInAccount: number;
  readonly rolesInAccount: number;
  readonly policiesInAccount: number;
  readonly groupsOfUser: number;
  readonly usersOfGroup: number;
  readonly policiesOfUser: number;
  readonly policiesOfGroup: number;
  readonly policiesOfRole: number;
  readonly versionsOfPolicy: number;
  readonly keysOfUser: number;
  readonly accountsOfCollaborator: number;
  readonly tagsOfResource: number;
  /** Characters of a policy's JSON text, white space not counted. */
  readonly policyCharacters: number;
}

/** The limits of CAM section 10; where its sources differ, those of the founding documents. */
export const DEFAULT_QUOTAS: Quotas = {
  usersInAccount: 1_000,
  groupsInAccount: 300,
  rolesInAccount: 1_000,
  policiesInAccount: 1_500,
  groupsOfUser: 10,
  usersOfGroup: 100,
  policiesOfUser: 200,
  policiesOfGroup: 200,
  policiesOfRole: 200,
  versionsOfPolicy: 5,
  keysOfUser: 2,
  accountsOfCollaborator: 10,
  tagsOfResource: 50,
  policyCharacters: 4_096,
};

/** The quotas that count things; a document's length is the parser's to judge. */
export type CountedQuota = Exclude<keyof Quotas, 'policyCharacters'>;

/** The CAM code that says which of them is used up, who has it, and of what. */
const FULL = {
  usersInAccount: ['InvalidParameter.SubUserFull', 'an account may have', 'sub-users, collaborators and recipients'],
  groupsInAccount: ['InvalidParameter.GroupFull', 'an account may have', 'groups'],
  rolesInAccount: ['InvalidParameter.RoleFull', 'an account may have', 'roles'],
  policiesInAccount: ['FailedOperation.PolicyFull', 'an account may have', 'custom policies'],
  groupsOfUser: ['InvalidParameter.UserGroupFull', 'a user may be in', 'groups'],
  usersOfGroup: ['InvalidParameter.GroupUserFull', 'a group may have', 'users'],
  policiesOfUser: ['InvalidParameter.AttachmentFull', 'a user may have', 'attached policies'],
  policiesOfGroup: ['InvalidParameter.AttachmentFull', 'a group may have', 'attached policies'],
  policiesOfRole: ['InvalidParameter.AttachmentFull', 'a role may have', 'attached policies'],
  versionsOfPolicy: ['FailedOperation.PolicyVersionFull', 'a policy may have', 'versions'],
  keysOfUser: ['OperationDenied.AccessKeyOverLimit', 'a user may have', 'access keys'],
  accountsOfCollaborator: ['InvalidParameter.CollaboratorFull', 'a collaborator may have', 'inviting accounts'],
  tagsOfResource: ['FailedOperation.TagResourceFailed', 'a resource may have', 'tags'],
} as const satisfies Record<CountedQuota, readonly [code: string, who: string, what: string]>;

/** Passes when there is room for `more` (one unless said otherwise) beside `existing`. */
export function requireRoom(quotas: Quotas, quota: CountedQuota, existing: number, more = 1): void {
  if (existing + more <= quotas[quota]) return;
  const [code, who, what] = FULL[quota];
  throw new Refusal('exhausted', code, `${who} ${quotas[quota]} ${what}, and there are ${existing}`);
}
