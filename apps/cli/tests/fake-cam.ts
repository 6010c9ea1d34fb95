import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import {
  AccountService,
  CollaboratorSchema,
  EntityFilter,
  GroupSchema,
  GroupService,
  PolicyService,
  PolicyVersionSchema,
  RoleSchema,
  RoleService,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { World } from './world.ts';

/** Plays GroupService, RoleService, PolicyService and AccountService. */
export function camRoutes(router: ConnectRouter, { directory }: World): void {
  const { users, policies, attached, groups, members, roles, boundaries, versions, collaborators } = directory;
  const now = () => timestampFromMs(Date.UTC(2026, 0, 2));
  const remove = <T>(list: T[], wanted: (item: T) => boolean) =>
    list.splice(0, Infinity, ...list.filter((each) => !wanted(each)));
  const missing = (noun: string, reason: string, id: string) =>
    new Refusal('not_found', `ResourceNotFound.${reason}`, `no ${noun} \`${id}\``);
  const group = (id: string) => {
    const found = groups.find(({ groupId }) => groupId === id);
    if (!found) throw missing('group', 'GroupNotExist', id);
    return found;
  };
  const role = ({ roleId, roleName }: { roleId: string; roleName: string }) => {
    const found = roles.find((each) => each.roleId === roleId || each.roleName === roleName);
    if (!found) throw missing('role', 'RoleNotFound', roleId || roleName);
    return found;
  };
  const policiesOf = (holder: string) => {
    const ids = attached.filter(({ uin }) => uin === holder).map(({ policyId }) => policyId);
    const list = policies.filter(({ policyId }) => ids.includes(policyId));
    return { totalNum: list.length, list };
  };
  const detach = (policyId: string, holder: string) =>
    remove(attached, (each) => each.policyId === policyId && each.uin === holder);
  const bounding = (holder: string) => {
    const policy = policies.find(({ policyId }) => policyId === boundaries.get(holder));
    return policy ? { policy } : {};
  };

  router.service(GroupService, {
    createGroup({ groupName, remark, tags }) {
      const groupId = String(groups.length + 1);
      groups.push(create(GroupSchema, { groupId, groupName, remark, tags, createTime: now() }));
      return { groupId };
    },
    getGroup({ groupId }) {
      const inside = members.filter((each) => each.groupId === groupId).map(({ uin }) => uin);
      return { group: group(groupId), userInfo: users.filter(({ uin }) => inside.includes(uin)) };
    },
    updateGroup({ groupId, groupName, remark }) {
      const found = group(groupId);
      Object.assign(found, { groupName: groupName ?? found.groupName, remark: remark ?? found.remark });
      return {};
    },
    deleteGroup({ groupId }) {
      group(groupId);
      remove(groups, (each) => each.groupId === groupId);
      return {};
    },
    listGroups: ({ keyword }) => {
      const groupInfo = groups.filter(({ groupName }) => groupName.includes(keyword));
      return { totalNum: groupInfo.length, groupInfo };
    },
    addUserToGroup({ info }) {
      members.push(...info);
      for (const { groupId } of info) group(groupId).userCount += 1;
      return {};
    },
    removeUserFromGroup({ info }) {
      for (const { groupId, uin } of info) remove(members, (each) => each.groupId === groupId && each.uin === uin);
      return {};
    },
    attachGroupPolicy({ policyId, attachGroupId }) {
      attached.push({ policyId, uin: `group/${group(attachGroupId).groupId}` });
      return {};
    },
    detachGroupPolicy({ policyId, detachGroupId }) {
      detach(policyId, `group/${detachGroupId}`);
      return {};
    },
    listAttachedGroupPolicies: ({ targetGroupId }) => policiesOf(`group/${targetGroupId}`),
  });

  router.service(RoleService, {
    createRole({ roleName, policyDocument, description, sessionDuration, tags }) {
      const roleId = String(400_001 + roles.length);
      const roleArn = `qcs::cam::uin/100001:roleName/${roleName}`;
      const times = { addTime: now(), updateTime: now() };
      const fields = { roleId, roleName, roleArn, policyDocument, description, tags, ...times };
      roles.push(create(RoleSchema, { ...fields, sessionDuration: sessionDuration || 7_200 }));
      return { roleId };
    },
    getRole: (naming) => ({ roleInfo: role(naming) }),
    deleteRole(naming) {
      const { roleId } = role(naming);
      remove(roles, (each) => each.roleId === roleId);
      return {};
    },
    describeRoleList: () => ({ totalNum: roles.length, list: roles }),
    updateAssumeRolePolicy(request) {
      role(request).policyDocument = request.policyDocument;
      return {};
    },
    updateRoleDescription(request) {
      role(request).description = request.description;
      return {};
    },
    updateRoleSessionDuration(request) {
      role(request).sessionDuration = request.sessionDuration;
      return {};
    },
    tagRole(request) {
      role(request).tags.push(...request.tags);
      return {};
    },
    untagRole(request) {
      remove(role(request).tags, ({ key }) => request.tagKeys.includes(key));
      return {};
    },
    attachRolePolicy({ policyId, attachRoleId: roleId, attachRoleName: roleName }) {
      attached.push({ policyId, uin: `role/${role({ roleId, roleName }).roleName}` });
      return {};
    },
    detachRolePolicy({ policyId, detachRoleId: roleId, detachRoleName: roleName }) {
      detach(policyId, `role/${role({ roleId, roleName }).roleName}`);
      return {};
    },
    listAttachedRolePolicies: (naming) => policiesOf(`role/${role(naming).roleName}`),
    putRolePermissionsBoundary(request) {
      boundaries.set(`role/${role(request).roleName}`, request.policyId);
      return {};
    },
    deleteRolePermissionsBoundary(naming) {
      boundaries.delete(`role/${role(naming).roleName}`);
      return {};
    },
    getRolePermissionBoundary: (naming) => bounding(`role/${role(naming).roleName}`),
  });

  router.service(PolicyService, {
    createPolicyVersion({ policyDocument: document, setAsDefault }) {
      const versionId = versions.length + 2;
      versions.push(create(PolicyVersionSchema, { versionId, document, isDefaultVersion: setAsDefault }));
      return { versionId };
    },
    deletePolicyVersion: () => ({}),
    getPolicyVersion: ({ versionId }) => ({ policyVersion: { versionId, document: `{"version":"${versionId}"}` } }),
    listPolicyVersions: () => ({ versions: [{ versionId: 1, isDefaultVersion: true, createDate: now() }] }),
    setDefaultPolicyVersion: () => ({}),
    listEntitiesForPolicy: () => {
      const holder = { id: '200001', name: 'ana', relatedType: EntityFilter.USER, attachmentTime: now() };
      return { totalNum: 1, list: [holder] };
    },
    putUserPermissionsBoundary({ targetUin, policyId }) {
      boundaries.set(targetUin, policyId);
      return {};
    },
    deleteUserPermissionsBoundary({ targetUin }) {
      boundaries.delete(targetUin);
      return {};
    },
    getUserPermissionBoundary: ({ targetUin }) => bounding(targetUin),
  });

  router.service(AccountService, {
    createAccount: () => ({
      ...{ accountUin: '300000', appId: '1250000001', secretId: 'AKIDother', secretKey: 'shown-once' },
      password: 'Made-for-you-2',
    }),
    listAccounts: () => ({ totalNum: 1, list: [{ accountUin: '100001', appId: '1250000000', name: 'main' }] }),
    getAccountSummary: () => ({ users: 1, maxUsers: 1_000, roles: 2, maxRoles: 1_000, maxGroups: 300 }),
    addCollaborator({ uin, name, remark }) {
      const home = { homeAccountUin: '300000', createTime: now() };
      collaborators.push(create(CollaboratorSchema, { uin, name, remark, ...home }));
      return {};
    },
    removeCollaborator({ uin }) {
      remove(collaborators, (each) => each.uin === uin);
      return {};
    },
    listCollaborators: () => ({ totalNum: collaborators.length, data: collaborators }),
  });
}
