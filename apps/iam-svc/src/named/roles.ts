import { invalid, notFound } from '@muster/kernel';
import type { Call, ResourceInit } from '@muster/rpc';
import { checkRoleName } from '../domain/fields.ts';
import type { Role, RoleReader } from '../store/role-store.ts';

/** How a request names a role: by its id, by its name, or by both. Empty is not given. */
export interface RoleNaming {
  readonly roleId: string;
  readonly roleName: string;
}

/** A role as the subject of a decision. The decider knows its other name, and its tags. */
export function roleSubject(roleId: string): ResourceInit {
  return { resource: `qcs::cam:::role/${roleId}` };
}

/**
 * The role that a request names, once the caller may. It is decided on under the names that were given, so that a denial tells
 * nothing about which roles there are. `beside` are the other resources of the call.
 */
export async function namedRole(
  { roleId, roleName }: RoleNaming,
  { call, roles, beside = [] }: { call: Call; roles: RoleReader; beside?: readonly ResourceInit[] | undefined },
): Promise<Role> {
  const { accountUin } = call.caller;
  if (roleId === '' && roleName === '') throw invalid('MissingParameter', 'RoleId', 'or RoleName must be given');
  const subjects: ResourceInit[] = [];
  if (roleId !== '') subjects.push(roleSubject(checkRoleId(roleId)));
  if (roleName !== '') subjects.push({ resource: `qcs::cam:::roleName/${checkRoleName(roleName)}` });
  await call.authorize([...beside, ...subjects]);
  const role = requireRole(
    await (roleId === '' ? roles.findByName(accountUin, roleName) : roles.find(accountUin, roleId)),
    roleId || roleName,
  );
  if (roleName !== '' && roleName !== role.name) {
    throw invalid('InvalidParameter.ParamError', 'RoleName', `must be that of role \`${roleId}\`, was \`${roleName}\``);
  }
  return role;
}

export function requireRole(role: Role | undefined, given: string): Role {
  if (!role) throw notFound('ResourceNotFound.RoleNotFound', 'role', given);
  return role;
}

function checkRoleId(roleId: string): string {
  if (/^[0-9]{1,20}$/.test(roleId)) return roleId;
  throw invalid('InvalidParameter.ParamError', 'RoleId', `must be a role's number, was \`${roleId.slice(0, 80)}\``);
}
