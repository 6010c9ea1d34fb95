import { list, read, service, write } from './define.ts';

const USER = 'qcs::cam::$account:uin/$uin';
const GROUP = 'qcs::cam::$account:groupid/$groupId';
const POLICY = 'qcs::cam::$account:policyid/$policyId';
/** A role may be named by its name or by its id (CAM section 4). */
const ROLES = ['qcs::cam::$account:roleName/$roleName', 'qcs::cam::$account:role/$roleId'];
const LINKED_ROLE = 'qcs::cam::$account:role/tencentcloudServiceRoleName/$roleName';
const SAML = 'qcs::cam::$account:saml-provider/$name';
const OIDC = 'qcs::cam::$account:oidc-provider/$name';

/** Cloud Access Management, version 2019-01-16 (CAM section 14), and Muster's own for accounts, analysis and audit. */
export const CAM = service({
  service: 'cam',
  title: 'Access Management',
  complete: true,
  conditionKeys: [],
  actions: [
    // accounts and identities that other accounts own
    write('CreateAccount', 'Makes a root account.'),
    list('ListAccounts', 'Lists root accounts.'),
    read('GetAccountSummary', 'Counts users, groups, roles and policies.'),
    read('GetUserAppId', 'Tells callers their account and its appid.'),
    write('AddCollaborator', 'Invites a principal of another account.'),
    write('RemoveCollaborator', 'Takes an invitation back.', USER),
    list('ListCollaborators', 'Lists collaborators.', USER),
    list('ListWeChatWorkSubAccounts', 'Lists users that came from WeChat Work.'),
    write('CreateMessageReceiver', 'Makes a message recipient.'),
    list('ListMessageReceivers', 'Lists message recipients.', USER),
    list('ListReceiver', 'Lists message recipients.'),
    write('DeleteMessageReceiver', 'Deletes a message recipient.', USER),

    // users
    write('AddUser', 'Makes a user.'),
    read('GetUser', 'Shows a user.', USER),
    write('UpdateUser', 'Changes a user.', USER),
    write('DeleteUser', 'Deletes a user.', USER),
    list('ListUsers', 'Lists users.', USER),
    list('DescribeSubAccounts', 'Shows users by their uins.', USER),
    write('CreateAccessKey', 'Makes an access key; its secret is shown once.', USER),
    write('UpdateAccessKey', 'Disables or enables an access key.', USER),
    write('DeleteAccessKey', 'Deletes a disabled access key.', USER),
    list('ListAccessKeys', 'Lists access keys.', USER),
    read('GetSecurityLastUsed', 'Tells when access keys were last used.', USER),
    write('SetMfaFlag', 'Sets what a user must prove at login.', USER),
    write('CreateMfaDevice', 'Gives a user a second factor.', USER),
    write('EnableMfaDevice', 'Turns the second factor of a user on.', USER),
    write('DeleteMfaDevice', 'Takes the second factor of a user away.', USER),
    read('DescribeSafeAuthFlag', 'Shows how callers prove themselves.'),
    read('DescribeSafeAuthFlagColl', 'Shows how a user proves itself.', USER),
    read('DescribeSafeAuthFlagIntl', 'Shows how callers prove themselves, international site.'),
    read('GetCustomMFATokenInfo', 'Shows what a custom second factor belongs to.'),
    write('ConsumeCustomMFAToken', 'Uses up a custom second factor.'),
    write('BuildDataFlowAuthToken', 'Issues a token for data flow.'),
    write('CreateSubAccountLoginIpPolicy', 'Limits the addresses from which users log in.'),
    write('TagResources', 'Sets tags on users, groups, roles and policies.', [USER, GROUP, POLICY, ...ROLES]),
    write('UntagResources', 'Takes tags from users, groups, roles and policies.', [USER, GROUP, POLICY, ...ROLES]),

    // groups
    write('CreateGroup', 'Makes a group.'),
    read('GetGroup', 'Shows a group and its members.', GROUP),
    write('UpdateGroup', 'Changes a group.', GROUP),
    write('DeleteGroup', 'Deletes a group.', GROUP),
    list('ListGroups', 'Lists groups.', GROUP),
    list('ListGroupsForUser', 'Lists the groups of a user.', USER),
    list('ListUsersForGroup', 'Lists the members of a group.', GROUP),
    write('AddUserToGroup', 'Puts users into groups.', GROUP, USER),
    write('RemoveUserFromGroup', 'Takes users out of groups.', GROUP, USER),

    // policies, their versions, and to whom they are attached
    write('CreatePolicy', 'Makes a custom policy.'),
    read('GetPolicy', 'Shows a policy.', POLICY),
    write('UpdatePolicy', 'Changes a custom policy.', POLICY),
    write('DeletePolicy', 'Deletes custom policies.', POLICY),
    list('ListPolicies', 'Lists policies.', POLICY),
    write('CreatePolicyVersion', 'Adds a version to a custom policy.', POLICY),
    write('DeletePolicyVersion', 'Deletes versions of a custom policy.', POLICY),
    read('GetPolicyVersion', 'Shows a version of a policy.', POLICY),
    list('ListPolicyVersions', 'Lists the versions of a policy.', POLICY),
    write('SetDefaultPolicyVersion', 'Chooses the version that is in force.', POLICY),
    list('ListEntitiesForPolicy', 'Lists to whom a policy is attached.', POLICY),
    list('ListPoliciesGrantingServiceAccess', 'Lists policies by the services that they open.', [
      USER,
      GROUP,
      ...ROLES,
    ]),
    write('AttachUserPolicy', 'Attaches a policy to a user.', POLICY, USER),
    write('DetachUserPolicy', 'Detaches a policy from a user.', POLICY, USER),
    list('ListAttachedUserPolicies', 'Lists the policies attached to a user.', USER),
    list('ListAttachedUserAllPolicies', 'Lists the policies of a user, also those of its groups.', USER),
    write('AttachGroupPolicy', 'Attaches a policy to a group.', POLICY, GROUP),
    write('DetachGroupPolicy', 'Detaches a policy from a group.', POLICY, GROUP),
    list('ListAttachedGroupPolicies', 'Lists the policies attached to a group.', GROUP),
    write('AttachRolePolicy', 'Attaches a policy to a role.', POLICY, ROLES),
    write('DetachRolePolicy', 'Detaches a policy from a role.', POLICY, ROLES),
    list('ListAttachedRolePolicies', 'Lists the policies attached to a role.', ROLES),
    write('PutUserPermissionsBoundary', 'Sets the permission boundary of a user.', POLICY, USER),
    write('DeleteUserPermissionsBoundary', 'Takes the permission boundary from a user.', USER),
    read('GetUserPermissionBoundary', 'Shows the permission boundary of a user.', USER),
    write('PutRolePermissionsBoundary', 'Sets the permission boundary of a role.', POLICY, ROLES),
    write('DeleteRolePermissionsBoundary', 'Takes the permission boundary from a role.', ROLES),
    read('GetRolePermissionBoundary', 'Shows the permission boundary of a role.', ROLES),

    // roles
    write('CreateRole', 'Makes a role.'),
    read('GetRole', 'Shows a role.', ROLES),
    write('DeleteRole', 'Deletes a role.', ROLES),
    list('DescribeRoleList', 'Lists roles.', ROLES),
    write('UpdateAssumeRolePolicy', 'Changes who may take a role on.', ROLES),
    write('UpdateRoleDescription', 'Changes the description of a role.', ROLES),
    write('UpdateRoleConsoleLogin', 'Lets a role into the console, or not.', ROLES),
    write('UpdateRoleSessionDuration', 'Changes how long sessions of a role may last.', ROLES),
    write('TagRole', 'Sets tags on a role.', ROLES),
    write('UntagRole', 'Takes tags from a role.', ROLES),
    write('PassRole', 'Hands a role to a service.', ROLES),
    write('CreateServiceLinkedRole', 'Makes a role that belongs to a service.'),
    write('DeleteServiceLinkedRole', 'Deletes a role that belongs to a service.', LINKED_ROLE),
    read('GetServiceLinkedRoleDeletionStatus', 'Tells how far the deletion of such a role is.'),

    // identity providers
    write('CreateSAMLProvider', 'Makes a SAML provider.'),
    read('GetSAMLProvider', 'Shows a SAML provider.', SAML),
    write('UpdateSAMLProvider', 'Changes a SAML provider.', SAML),
    write('DeleteSAMLProvider', 'Deletes a SAML provider.', SAML),
    list('ListSAMLProviders', 'Lists SAML providers.'),
    write('CreateOIDCConfig', 'Makes an OpenID Connect provider for roles.'),
    read('DescribeOIDCConfig', 'Shows an OpenID Connect provider for roles.', OIDC),
    write('UpdateOIDCConfig', 'Changes an OpenID Connect provider for roles.', OIDC),
    write('DeleteOIDCConfig', 'Deletes an OpenID Connect provider for roles.', OIDC),
    write('CreateUserOIDCConfig', 'Lets users log in with OpenID Connect.'),
    read('DescribeUserOIDCConfig', 'Shows how users log in with OpenID Connect.'),
    write('UpdateUserOIDCConfig', 'Changes how users log in with OpenID Connect.'),
    write('CreateUserSAMLConfig', 'Lets users log in with SAML.'),
    read('DescribeUserSAMLConfig', 'Shows how users log in with SAML.'),
    write('UpdateUserSAMLConfig', 'Changes how users log in with SAML.'),
    write('DisableUserSSO', 'Ends login through an identity provider.'),

    // Muster's own: what policies mean, and what was done
    read('LintPolicy', 'Says what is wrong with a policy document.'),
    read('SimulatePolicy', 'Says what would be decided, and why.', [USER, GROUP, ...ROLES]),
    read('WhoCan', 'Lists who may do something.'),
    read('ListEffective', 'Lists everything that a principal may do.', [USER, GROUP, ...ROLES]),
    list('ListServices', 'Lists services, their actions and condition keys.'),
    list('ListAuditRecords', 'Lists what was done and refused.'),
    read('VerifyAudit', 'Says whether the records of the audit are untouched.'),
    read('ExportAudit', 'Hands the records of the audit out.'),
    list('ListLastUsed', 'Lists which actions principals last used.'),
  ],
});
