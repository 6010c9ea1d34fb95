import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type AccessKeySchema, AccessKeyStatus, type UserSchema } from '@muster/contract';
import type { Tags } from '@muster/policy';
import type { AccessKey } from '../store/access-key-store.ts';
import type { User } from '../store/user-store.ts';

/** Tags as messages carry them, by key. */
export function toTags(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export function toUser(user: User, tags: Tags = {}): MessageInitShape<typeof UserSchema> {
  return {
    uin: user.uin,
    name: user.name,
    remark: user.remark,
    consoleLogin: user.passwordHash !== '',
    createTime: timestampFromMs(user.createdAt),
    active: user.active,
    phoneNum: user.phoneNum,
    countryCode: user.countryCode,
    email: user.email,
    needResetPassword: user.needResetPassword,
    mfaEnabled: user.mfa?.enabled ?? false,
    tags: toTags(tags),
    boundaryPolicyId: String(user.boundaryPolicyId ?? 0),
    ...(user.lastLoginAt === undefined ? {} : { lastLoginTime: timestampFromMs(user.lastLoginAt) }),
  };
}

export function toAccessKey(key: AccessKey): MessageInitShape<typeof AccessKeySchema> {
  return {
    accessKeyId: key.accessKeyId,
    status: key.active ? AccessKeyStatus.ACTIVE : AccessKeyStatus.INACTIVE,
    createTime: timestampFromMs(key.createdAt),
    description: key.description,
    ...(key.lastUsedAt === undefined ? {} : { lastUsedTime: timestampFromMs(key.lastUsedAt) }),
  };
}
