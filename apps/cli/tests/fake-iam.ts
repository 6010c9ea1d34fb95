import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import {
  AccessKeySchema,
  AccessKeyStatus,
  FindingSeverity,
  IamService,
  PolicySchema,
  UserSchema,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { World } from './world.ts';

const OWN_UIN = '100001';

const WARNING = {
  ...{ code: 'EverythingOnEverything', message: 'allows `*` on `*`', line: 1, column: 30, path: 'statement[0]' },
  severity: FindingSeverity.WARNING,
};

/** Plays IamService. */
export function iamRoutes(router: ConnectRouter, { directory }: World): void {
  const { users, keys, policies, attached } = directory;
  const now = () => timestampFromMs(Date.UTC(2026, 0, 2));
  const find = (name: string) => {
    const user = users.find((each) => each.name === name);
    if (!user) throw new Refusal('not_found', 'ResourceNotFound.UserNotExist', `no user \`${name}\``);
    return user;
  };
  const policy = (id: string) => {
    const found = policies.find(({ policyId }) => policyId === id);
    if (!found) throw new Refusal('not_found', 'ResourceNotFound.PolicyIdNotFound', `no policy \`${id}\``);
    return found;
  };
  const addKey = (uin: string, description: string) => {
    const key = create(AccessKeySchema, {
      accessKeyId: `AKIDkey${keys.length}`,
      status: AccessKeyStatus.ACTIVE,
      createTime: now(),
      description,
    });
    keys.push({ uin, key });
    return key;
  };
  const remove = <T>(list: T[], wanted: (item: T) => boolean) =>
    list.splice(0, Infinity, ...list.filter((each) => !wanted(each)));
  const owner = (uin: string) => (uin === '0' || uin === '' ? OWN_UIN : uin);
  router.service(IamService, {
    addUser({ name, remark, consoleLogin, password, useApi }) {
      const uin = String(200001 + users.length);
      users.push(create(UserSchema, { uin, name, remark, consoleLogin, active: true, createTime: now() }));
      return {
        uin,
        name,
        password: consoleLogin && password === '' ? 'Made-for-you-1' : '',
        ...(useApi ? { secretId: addKey(uin, '').accessKeyId, secretKey: 'shown-once' } : {}),
      };
    },
    getUser: ({ name }) => ({ user: find(name) }),
    listUsers: () => ({ data: users, totalNum: users.length }),
    describeSubAccounts: ({ filterSubAccountUin: uins }) => ({
      subAccounts: users.filter(({ uin }) => uins.includes(uin)),
    }),
    updateUser({ name, active, remark, email }) {
      const user = find(name);
      Object.assign(user, { active: active ?? user.active, remark: remark ?? user.remark, email: email ?? user.email });
      return {};
    },
    createMfaDevice: () => ({ secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/Muster:root?secret=JBSWY3DPEHPK3PXP' }),
    enableMfaDevice({ code }) {
      if (code !== '123456') throw new Refusal('denied', 'FailedOperation.CheckMFAError', 'the one-time code is wrong');
      return {};
    },
    deleteMfaDevice: () => ({}),
    tagResources: () => ({}),
    untagResources: () => ({}),
    deleteUser({ name }) {
      const { uin } = find(name);
      remove(users, (each) => each.uin === uin);
      return {};
    },
    createAccessKey({ targetUin, description }) {
      return { accessKey: addKey(owner(targetUin), description), secretAccessKey: 'shown-once' };
    },
    listAccessKeys: ({ targetUin }) => ({
      accessKeys: keys.filter(({ uin }) => uin === owner(targetUin)).map(({ key }) => key),
    }),
    updateAccessKey({ accessKeyId, status }) {
      const found = keys.find(({ key }) => key.accessKeyId === accessKeyId);
      if (!found) throw new Refusal('not_found', 'ResourceNotFound', `no key \`${accessKeyId}\``);
      found.key.status = status;
      return {};
    },
    deleteAccessKey({ accessKeyId }) {
      remove(keys, ({ key }) => key.accessKeyId === accessKeyId);
      return {};
    },
    createPolicy({ policyName, policyDocument, description }) {
      const policyId = String(policies.length + 1);
      policies.push(
        create(PolicySchema, { policyId, policyName, policyDocument, description, version: 1, addTime: now() }),
      );
      return { policyId, warnings: policyDocument.includes('"*"') ? [WARNING] : [] };
    },
    updatePolicy({ policyId, policyDocument, description }) {
      const found = policy(policyId);
      found.policyDocument = policyDocument ?? found.policyDocument;
      found.description = description ?? found.description;
      found.version += 1;
      return { warnings: policyDocument?.includes('"*"') ? [WARNING] : [] };
    },
    getPolicy: ({ policyId }) => ({ policy: policy(policyId) }),
    listPolicies({ rp = 20, page = 1, keyword }) {
      const all = policies.filter(({ policyName }) => policyName.includes(keyword));
      const list = all.slice((page - 1) * rp, page * rp).map((each) => ({ ...each, policyDocument: '' }));
      return { totalNum: all.length, list };
    },
    deletePolicy({ policyId: ids }) {
      for (const id of ids) policy(id);
      remove(policies, ({ policyId }) => ids.includes(policyId));
      return {};
    },
    attachUserPolicy({ policyId, attachUin }) {
      policy(policyId);
      attached.push({ policyId, uin: attachUin });
      return {};
    },
    detachUserPolicy({ policyId, detachUin }) {
      remove(attached, (each) => each.policyId === policyId && each.uin === detachUin);
      return {};
    },
    listAttachedUserPolicies({ targetUin }) {
      const list = attached.filter(({ uin }) => uin === targetUin).map(({ policyId }) => policy(policyId));
      return { totalNum: list.length, list };
    },
  });
}
