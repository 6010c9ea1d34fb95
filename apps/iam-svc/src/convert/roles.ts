import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { RoleSchema } from '@muster/contract';
import type { Tags } from '@muster/policy';
import { roleArn } from '../domain/role-resource.ts';
import type { Role } from '../store/role-store.ts';
import { toTags } from './people.ts';

export function toRole(role: Role, tags: Tags = {}): MessageInitShape<typeof RoleSchema> {
  return {
    roleId: role.roleId,
    roleName: role.name,
    policyDocument: role.trustDocument,
    description: role.description,
    addTime: timestampFromMs(role.createdAt),
    updateTime: timestampFromMs(role.updatedAt),
    sessionDuration: role.sessionSeconds,
    roleArn: roleArn(role),
    tags: toTags(tags),
    boundaryPolicyId: String(role.boundaryPolicyId ?? 0),
  };
}
