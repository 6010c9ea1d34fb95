import type { ServiceImpl } from '@connectrpc/connect';
import type {
  AccountService,
  AnalysisService,
  AuditService,
  AuthorizationService,
  DelegationService,
  GroupService,
  IamService,
  PolicyService,
  RoleService,
  SignatureService,
  TokenService,
} from '@muster/contract';
import type { IamContext } from '../context.ts';
import { addCollaborator } from './add-collaborator.ts';
import { addUser } from './add-user.ts';
import { addUserToGroup } from './add-user-to-group.ts';
import { assumeRole } from './assume-role.ts';
import { attachGroupPolicy } from './attach-group-policy.ts';
import { attachRolePolicy } from './attach-role-policy.ts';
import { attachUserPolicy } from './attach-user-policy.ts';
import { authenticate } from './authenticate.ts';
import { authenticateSignature } from './authenticate-signature.ts';
import { authorize } from './authorize.ts';
import { createAccessKey } from './create-access-key.ts';
import { createAccount } from './create-account.ts';
import { createDelegation } from './create-delegation.ts';
import { createGroup } from './create-group.ts';
import { createMessageReceiver } from './create-message-receiver.ts';
import { createMfaDevice } from './create-mfa-device.ts';
import { createPolicy } from './create-policy.ts';
import { createPolicyVersion } from './create-policy-version.ts';
import { createRole } from './create-role.ts';
import { deleteAccessKey } from './delete-access-key.ts';
import { deleteGroup } from './delete-group.ts';
import { deleteMessageReceiver } from './delete-message-receiver.ts';
import { deleteMfaDevice } from './delete-mfa-device.ts';
import { deletePolicy } from './delete-policy.ts';
import { deletePolicyVersion } from './delete-policy-version.ts';
import { deleteRole } from './delete-role.ts';
import { deleteRolePermissionsBoundary } from './delete-role-permissions-boundary.ts';
import { deleteUser } from './delete-user.ts';
import { deleteUserPermissionsBoundary } from './delete-user-permissions-boundary.ts';
import { describeRoleList } from './describe-role-list.ts';
import { describeSubAccounts } from './describe-sub-accounts.ts';
import { detachGroupPolicy } from './detach-group-policy.ts';
import { detachRolePolicy } from './detach-role-policy.ts';
import { detachUserPolicy } from './detach-user-policy.ts';
import { enableMfaDevice } from './enable-mfa-device.ts';
import { endDelegation } from './end-delegation.ts';
import { exchangeAccessKey } from './exchange-access-key.ts';
import { exportAudit } from './export-audit.ts';
import { getAccountSummary } from './get-account-summary.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { getFederationToken } from './get-federation-token.ts';
import { getGroup } from './get-group.ts';
import { getPolicy } from './get-policy.ts';
import { getPolicyVersion } from './get-policy-version.ts';
import { getRole } from './get-role.ts';
import { getRolePermissionBoundary } from './get-role-permission-boundary.ts';
import { getSecurityLastUsed } from './get-security-last-used.ts';
import { getSessionToken } from './get-session-token.ts';
import { getUser } from './get-user.ts';
import { getUserAppId } from './get-user-app-id.ts';
import { getUserPermissionBoundary } from './get-user-permission-boundary.ts';
import { issueDelegatedToken } from './issue-delegated-token.ts';
import { lintPolicy } from './lint-policy.ts';
import { listAccessKeys } from './list-access-keys.ts';
import { listAccounts } from './list-accounts.ts';
import { listAttachedGroupPolicies } from './list-attached-group-policies.ts';
import { listAttachedRolePolicies } from './list-attached-role-policies.ts';
import { listAttachedUserAllPolicies } from './list-attached-user-all-policies.ts';
import { listAttachedUserPolicies } from './list-attached-user-policies.ts';
import { listAuditRecords } from './list-audit-records.ts';
import { listCollaborators } from './list-collaborators.ts';
import { listEffective } from './list-effective.ts';
import { listEntitiesForPolicy } from './list-entities-for-policy.ts';
import { listGroups } from './list-groups.ts';
import { listGroupsForUser } from './list-groups-for-user.ts';
import { listInvitations } from './list-invitations.ts';
import { listLastUsed } from './list-last-used.ts';
import { listMessageReceivers } from './list-message-receivers.ts';
import { listPolicies } from './list-policies.ts';
import { listPolicyVersions } from './list-policy-versions.ts';
import { listServices } from './list-services.ts';
import { listUsers } from './list-users.ts';
import { listUsersForGroup } from './list-users-for-group.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { planResources } from './plan-resources.ts';
import { putRolePermissionsBoundary } from './put-role-permissions-boundary.ts';
import { putUserPermissionsBoundary } from './put-user-permissions-boundary.ts';
import { removeCollaborator } from './remove-collaborator.ts';
import { removeUserFromGroup } from './remove-user-from-group.ts';
import { setDefaultPolicyVersion } from './set-default-policy-version.ts';
import { simulatePolicy } from './simulate-policy.ts';
import { switchAccount } from './switch-account.ts';
import { tagResources } from './tag-resources.ts';
import { tagRole } from './tag-role.ts';
import { untagResources } from './untag-resources.ts';
import { untagRole } from './untag-role.ts';
import { updateAccessKey } from './update-access-key.ts';
import { updateAssumeRolePolicy } from './update-assume-role-policy.ts';
import { updateGroup } from './update-group.ts';
import { updatePolicy } from './update-policy.ts';
import { updateRoleDescription } from './update-role-description.ts';
import { updateRoleSessionDuration } from './update-role-session-duration.ts';
import { updateUser } from './update-user.ts';
import { verifyAudit } from './verify-audit.ts';
import { whoCan } from './who-can.ts';

/** Every method for Muster's own services. */
export function authorizationHandlers(context: IamContext) {
  return {
    authenticate: authenticate(context),
    authorize: authorize(context),
    planResources: planResources(context),
  } satisfies ServiceImpl<typeof AuthorizationService>;
}

/** Every method by which a service acts for somebody later. */
export function delegationHandlers(context: IamContext) {
  return {
    createDelegation: createDelegation(context),
    issueDelegatedToken: issueDelegatedToken(context),
    endDelegation: endDelegation(context),
  } satisfies ServiceImpl<typeof DelegationService>;
}

/** Every method that says who may do what, and why. */
export function analysisHandlers(context: IamContext) {
  return {
    lintPolicy: lintPolicy(context),
    simulatePolicy: simulatePolicy(context),
    whoCan: whoCan(context),
    listEffective: listEffective(context),
    listServices: listServices(),
  } satisfies ServiceImpl<typeof AnalysisService>;
}

/** Every method on what is on record. */
export function auditHandlers(context: IamContext) {
  return {
    listAuditRecords: listAuditRecords(context),
    verifyAudit: verifyAudit(context),
    exportAudit: exportAudit(context),
    listLastUsed: listLastUsed(context),
  } satisfies ServiceImpl<typeof AuditService>;
}

/** Every method that gives or ends a token. */
export function tokenHandlers(context: IamContext) {
  return {
    exchangeAccessKey: exchangeAccessKey(context),
    login: login(context),
    assumeRole: assumeRole(context),
    getFederationToken: getFederationToken(context),
    switchAccount: switchAccount(context),
    getSessionToken: getSessionToken(context),
    logout: logout(context),
    getCallerIdentity: getCallerIdentity(context),
  } satisfies ServiceImpl<typeof TokenService>;
}

/** Every method on users, keys and policies. */
export function iamHandlers(context: IamContext) {
  return {
    addUser: addUser(context),
    getUser: getUser(context),
    describeSubAccounts: describeSubAccounts(context),
    listUsers: listUsers(context),
    updateUser: updateUser(context),
    deleteUser: deleteUser(context),
    createAccessKey: createAccessKey(context),
    listAccessKeys: listAccessKeys(context),
    updateAccessKey: updateAccessKey(context),
    deleteAccessKey: deleteAccessKey(context),
    getSecurityLastUsed: getSecurityLastUsed(context),
    createMfaDevice: createMfaDevice(context),
    enableMfaDevice: enableMfaDevice(context),
    deleteMfaDevice: deleteMfaDevice(context),
    createPolicy: createPolicy(context),
    updatePolicy: updatePolicy(context),
    getPolicy: getPolicy(context),
    listPolicies: listPolicies(context),
    deletePolicy: deletePolicy(context),
    attachUserPolicy: attachUserPolicy(context),
    detachUserPolicy: detachUserPolicy(context),
    listAttachedUserPolicies: listAttachedUserPolicies(context),
    tagResources: tagResources(context),
    untagResources: untagResources(context),
  } satisfies ServiceImpl<typeof IamService>;
}

/** Every method on roles. */
export function roleHandlers(context: IamContext) {
  return {
    createRole: createRole(context),
    getRole: getRole(context),
    deleteRole: deleteRole(context),
    describeRoleList: describeRoleList(context),
    updateAssumeRolePolicy: updateAssumeRolePolicy(context),
    updateRoleDescription: updateRoleDescription(context),
    updateRoleSessionDuration: updateRoleSessionDuration(context),
    tagRole: tagRole(context),
    untagRole: untagRole(context),
    attachRolePolicy: attachRolePolicy(context),
    detachRolePolicy: detachRolePolicy(context),
    listAttachedRolePolicies: listAttachedRolePolicies(context),
    putRolePermissionsBoundary: putRolePermissionsBoundary(context),
    deleteRolePermissionsBoundary: deleteRolePermissionsBoundary(context),
    getRolePermissionBoundary: getRolePermissionBoundary(context),
  } satisfies ServiceImpl<typeof RoleService>;
}

/** Every method on groups. */
export function groupHandlers(context: IamContext) {
  return {
    createGroup: createGroup(context),
    getGroup: getGroup(context),
    updateGroup: updateGroup(context),
    deleteGroup: deleteGroup(context),
    listGroups: listGroups(context),
    listGroupsForUser: listGroupsForUser(context),
    listUsersForGroup: listUsersForGroup(context),
    addUserToGroup: addUserToGroup(context),
    removeUserFromGroup: removeUserFromGroup(context),
    attachGroupPolicy: attachGroupPolicy(context),
    detachGroupPolicy: detachGroupPolicy(context),
    listAttachedGroupPolicies: listAttachedGroupPolicies(context),
  } satisfies ServiceImpl<typeof GroupService>;
}

/** Every method on versions of policies, who has them, and boundaries. */
export function policyHandlers(context: IamContext) {
  return {
    createPolicyVersion: createPolicyVersion(context),
    deletePolicyVersion: deletePolicyVersion(context),
    getPolicyVersion: getPolicyVersion(context),
    listPolicyVersions: listPolicyVersions(context),
    setDefaultPolicyVersion: setDefaultPolicyVersion(context),
    listEntitiesForPolicy: listEntitiesForPolicy(context),
    listAttachedUserAllPolicies: listAttachedUserAllPolicies(context),
    putUserPermissionsBoundary: putUserPermissionsBoundary(context),
    deleteUserPermissionsBoundary: deleteUserPermissionsBoundary(context),
    getUserPermissionBoundary: getUserPermissionBoundary(context),
  } satisfies ServiceImpl<typeof PolicyService>;
}

/** Every method on root accounts, collaborators and message recipients. */
export function accountHandlers(context: IamContext) {
  return {
    createAccount: createAccount(context),
    listAccounts: listAccounts(context),
    getAccountSummary: getAccountSummary(context),
    getUserAppId: getUserAppId(context),
    addCollaborator: addCollaborator(context),
    removeCollaborator: removeCollaborator(context),
    listCollaborators: listCollaborators(context),
    listInvitations: listInvitations(context),
    createMessageReceiver: createMessageReceiver(context),
    listMessageReceivers: listMessageReceivers(context),
    deleteMessageReceiver: deleteMessageReceiver(context),
  } satisfies ServiceImpl<typeof AccountService>;
}

export function signatureHandlers(context: IamContext): ServiceImpl<typeof SignatureService> {
  return { authenticateSignature: authenticateSignature(context) };
}
