import { ANALYSIS } from './analysis-catalog.ts';
import { type NounEntry, noun, verb } from './catalog-entry.ts';

/** Everything that can be typed after `muster iam`. */
export const IAM: NounEntry = noun('iam', 'users, groups, roles, and what they may do', [
  noun('user', 'sub-users of this account', [
    verb('add', 'add a user', async () => (await import('./commands/iam/user/add.ts')).userAdd),
    verb('list', 'list users', async () => (await import('./commands/iam/user/list.ts')).userList),
    verb('show', 'show a user', async () => (await import('./commands/iam/user/show.ts')).userShow),
    verb('update', 'change a user', async () => (await import('./commands/iam/user/update.ts')).userUpdate),
    verb(
      'disable',
      'switch a user off, and its tokens',
      async () => (await import('./commands/iam/user/switch.ts')).userDisable,
    ),
    verb('enable', 'switch a user on', async () => (await import('./commands/iam/user/switch.ts')).userEnable),
    verb('delete', 'delete a user', async () => (await import('./commands/iam/user/delete.ts')).userDelete),
  ]),
  noun('group', 'groups: policies for several users at once', [
    verb('create', 'make a group', async () => (await import('./commands/iam/group/create.ts')).groupCreate),
    verb('list', 'list groups', async () => (await import('./commands/iam/group/list.ts')).groupList),
    verb('show', 'show a group with its members', async () => (await import('./commands/iam/group/show.ts')).groupShow),
    verb(
      'update',
      'change the name or the remark of a group',
      async () => (await import('./commands/iam/group/update.ts')).groupUpdate,
    ),
    verb('delete', 'delete a group', async () => (await import('./commands/iam/group/delete.ts')).groupDelete),
    verb(
      'add-user',
      'put users into a group',
      async () => (await import('./commands/iam/group/members.ts')).groupAddUser,
    ),
    verb(
      'remove-user',
      'take users out of a group',
      async () => (await import('./commands/iam/group/members.ts')).groupRemoveUser,
    ),
    verb(
      'attach',
      'attach a policy to a group',
      async () => (await import('./commands/iam/group/attach.ts')).groupAttach,
    ),
    verb(
      'detach',
      'detach a policy from a group',
      async () => (await import('./commands/iam/group/attach.ts')).groupDetach,
    ),
  ]),
  noun('role', 'roles: what others may take on for a while', [
    verb('create', 'make a role', async () => (await import('./commands/iam/role/create.ts')).roleCreate),
    verb('list', 'list roles', async () => (await import('./commands/iam/role/list.ts')).roleList),
    verb(
      'show',
      'show a role with its trust policy',
      async () => (await import('./commands/iam/role/show.ts')).roleShow,
    ),
    verb(
      'update',
      'change who may take a role on, and for how long',
      async () => (await import('./commands/iam/role/update.ts')).roleUpdate,
    ),
    verb(
      'delete',
      'delete a role and end its sessions',
      async () => (await import('./commands/iam/role/delete.ts')).roleDelete,
    ),
    verb('attach', 'attach a policy to a role', async () => (await import('./commands/iam/role/attach.ts')).roleAttach),
    verb(
      'detach',
      'detach a policy from a role',
      async () => (await import('./commands/iam/role/attach.ts')).roleDetach,
    ),
  ]),
  verb(
    'assume-role',
    'take a role on for a while',
    async () => (await import('./commands/iam/assume-role.ts')).assumeRole,
  ),
  noun('key', 'access keys', [
    verb(
      'create',
      'make an access key; its secret is shown once',
      async () => (await import('./commands/iam/key/create.ts')).keyCreate,
    ),
    verb('list', 'list access keys', async () => (await import('./commands/iam/key/list.ts')).keyList),
    verb(
      'disable',
      'switch a key off, and the tokens made with it',
      async () => (await import('./commands/iam/key/switch.ts')).keyDisable,
    ),
    verb('enable', 'switch a key on', async () => (await import('./commands/iam/key/switch.ts')).keyEnable),
    verb('delete', 'delete a key that is off', async () => (await import('./commands/iam/key/delete.ts')).keyDelete),
  ]),
  noun('policy', 'CAM policies', [
    verb('create', 'save a policy', async () => (await import('./commands/iam/policy/create.ts')).policyCreate),
    verb('list', 'list policies', async () => (await import('./commands/iam/policy/list.ts')).policyList),
    verb(
      'show',
      'show a policy with its document',
      async () => (await import('./commands/iam/policy/show.ts')).policyShow,
    ),
    verb(
      'update',
      'replace the document of a policy',
      async () => (await import('./commands/iam/policy/update.ts')).policyUpdate,
    ),
    verb('delete', 'delete policies', async () => (await import('./commands/iam/policy/delete.ts')).policyDelete),
    verb(
      'attach',
      'attach a policy to a user, a group or a role',
      async () => (await import('./commands/iam/policy/attach.ts')).policyAttach,
    ),
    verb(
      'detach',
      'detach a policy from a user, a group or a role',
      async () => (await import('./commands/iam/policy/attach.ts')).policyDetach,
    ),
    verb(
      'attached',
      'list the policies of a user, a group or a role',
      async () => (await import('./commands/iam/policy/attached.ts')).policyAttached,
    ),
    verb(
      'holders',
      'list who has a policy',
      async () => (await import('./commands/iam/policy/holders.ts')).policyHolders,
    ),
    verb(
      'versions',
      'list the versions of a policy',
      async () => (await import('./commands/iam/policy/versions.ts')).policyVersions,
    ),
    verb(
      'add-version',
      'save another document of a policy',
      async () => (await import('./commands/iam/policy/add-version.ts')).policyAddVersion,
    ),
    verb(
      'set-default',
      'put a version in force',
      async () => (await import('./commands/iam/policy/set-default.ts')).policySetDefault,
    ),
    verb(
      'delete-version',
      'delete versions that are not in force',
      async () => (await import('./commands/iam/policy/delete-version.ts')).policyDeleteVersion,
    ),
  ]),
  noun('boundary', 'the most that a user or a role may do', [
    verb(
      'set',
      'bound a user or a role by a policy',
      async () => (await import('./commands/iam/boundary.ts')).boundarySet,
    ),
    verb(
      'show',
      'show what bounds a user or a role',
      async () => (await import('./commands/iam/boundary.ts')).boundaryShow,
    ),
    verb('clear', 'take a boundary away', async () => (await import('./commands/iam/boundary.ts')).boundaryClear),
  ]),
  verb('tag', 'set tags on users, groups, roles and policies', async () => (await import('./commands/iam/tag.ts')).tag),
  verb('untag', 'take tags away', async () => (await import('./commands/iam/tag.ts')).untag),
  noun('mfa', 'one-time codes for the console login', [
    verb(
      'enable',
      'make an authenticator and ask for its codes',
      async () => (await import('./commands/iam/mfa/enable.ts')).mfaEnable,
    ),
    verb(
      'disable',
      'take an authenticator away',
      async () => (await import('./commands/iam/mfa/disable.ts')).mfaDisable,
    ),
  ]),
  noun('account', 'root accounts', [
    verb('create', 'make a root account', async () => (await import('./commands/iam/account/create.ts')).accountCreate),
    verb('list', 'list root accounts', async () => (await import('./commands/iam/account/list.ts')).accountList),
    verb(
      'summary',
      'count what is in this account',
      async () => (await import('./commands/iam/account/summary.ts')).accountSummary,
    ),
  ]),
  noun('collaborator', 'users of other accounts who may act in this one', [
    verb(
      'add',
      'invite a user of another account',
      async () => (await import('./commands/iam/collaborator/add.ts')).collaboratorAdd,
    ),
    verb(
      'list',
      'list collaborators',
      async () => (await import('./commands/iam/collaborator/list.ts')).collaboratorList,
    ),
    verb(
      'remove',
      'take an invitation back',
      async () => (await import('./commands/iam/collaborator/remove.ts')).collaboratorRemove,
    ),
  ]),
  ...ANALYSIS,
]);
