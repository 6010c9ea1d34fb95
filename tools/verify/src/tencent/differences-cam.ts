import type { DeliberateDifferences } from './deliberate.ts';

export const CAM: DeliberateDifferences = {
  members: [
    {
      at: ['AttachPolicyInfo.OperateOwnerUin', 'AttachPolicyInfo.OperateUin', 'AttachPolicyInfo.OperateUinType'],
      what: 'is not there',
      why: 'Who attached a policy is in the audit.',
    },
    {
      at: ['GetUserResponse.RecentlyLoginIP', 'SubAccountUser.LastLoginIp'],
      what: 'is not there',
      why: 'The addresses of logins are in the audit.',
    },
    {
      at: [
        'SubAccountInfo.NickName',
        'SubAccountInfo.ConsoleLogin',
        'SubAccountInfo.PhoneNum',
        'SubAccountInfo.CountryCode',
        'SubAccountInfo.Email',
      ],
      what: 'is not there',
      why: 'What a collaborator gave its own account stays there.',
    },
    {
      at: ['GroupMemberInfo.UserType'],
      what: 'is not there',
      why: 'Members of groups are users.',
    },
    {
      at: ['PutRolePermissionsBoundaryRequest.PolicyId'],
      what: 'is not required',
      why: '`PolicyName` may name the policy instead.',
    },
    {
      at: ['GetRolePermissionBoundaryRequest.RoleId'],
      what: 'is not required',
      why: '`RoleName` may name the role instead.',
    },
    {
      at: ['GetSecurityLastUsedRequest.SecretIdList'],
      what: 'is not required',
      why: 'Without it every key of the user is listed.',
    },
    {
      at: ['UpdatePolicyRequest.Alias', 'GetPolicyResponse.PresetAlias'],
      what: 'is not there',
      why: 'Policies have one name.',
    },
    {
      at: [
        'CreateMessageReceiverRequest.Name',
        'CreateMessageReceiverRequest.CountryCode',
        'CreateMessageReceiverRequest.PhoneNumber',
        'CreateMessageReceiverRequest.Email',
      ],
      what: 'is not required',
      why: 'A recipient needs a name and one way to be reached.',
    },
    {
      at: ['DeleteMessageReceiverRequest.Name'],
      what: 'is not there',
      why: 'Recipients are named by their `Uin`.',
    },
    {
      at: [
        'StrategyInfo.ServiceType',
        'StrategyInfo.IsAttached',
        'StrategyInfo.AttachEntityBoundaryCount',
        'StrategyInfo.PermissionLevel',
      ],
      what: 'is not there',
      why: 'Lists of policies say how often a policy is attached, and no more of its use.',
    },
  ],
  notOffered: [
    {
      actions: ['ListAccounts'],
      why: "`ListUsers` lists users. Muster's own method of this name lists the root accounts of an installation, over gRPC and Connect.",
    },
    {
      actions: [
        'CreateSAMLProvider',
        'UpdateSAMLProvider',
        'GetSAMLProvider',
        'ListSAMLProviders',
        'DeleteSAMLProvider',
        'CreateUserSAMLConfig',
        'UpdateUserSAMLConfig',
        'DescribeUserSAMLConfig',
        'CreateOIDCConfig',
        'UpdateOIDCConfig',
        'DescribeOIDCConfig',
        'DeleteOIDCConfig',
        'CreateUserOIDCConfig',
        'UpdateUserOIDCConfig',
        'DescribeUserOIDCConfig',
        'DisableUserSSO',
      ],
      why: 'There is no single sign-on with SAML or OIDC.',
    },
    {
      actions: ['CreateServiceLinkedRole', 'DeleteServiceLinkedRole', 'GetServiceLinkedRoleDeletionStatus'],
      why: "Muster's services need no roles in accounts.",
    },
    {
      actions: [
        'GetPasswordRules',
        'UpdatePasswordRules',
        'SetMfaFlag',
        'DescribeSafeAuthFlag',
        'DescribeSafeAuthFlagIntl',
        'DescribeSafeAuthFlagColl',
        'CreateSubAccountLoginIpPolicy',
      ],
      why: 'Rules of passwords and logins belong to the installation; whoever has an authenticator is asked for its code.',
    },
    {
      actions: [
        'ConsumeCustomMFAToken',
        'GetCustomMFATokenInfo',
        'BuildDataFlowAuthToken',
        'ListWeChatWorkSubAccounts',
      ],
      why: 'They belong to services that Muster does not have.',
    },
    { actions: ['ListReceiver'], why: '`ListMessageReceivers` lists recipients.' },
    {
      actions: ['ListPoliciesGrantingServiceAccess'],
      why: '`ListEffective` and `WhoCan` say more.',
    },
    { actions: ['UpdateRoleConsoleLogin'], why: 'Roles do not log in to the console.' },
  ],
};
