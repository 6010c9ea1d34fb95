import type { ResourceDecision } from '@muster/policy';

/** A role as a resource names it: by its id or by its name (CAM section 4). */
export interface RoleRef {
  readonly accountUin: string;
  readonly by: 'id' | 'name';
  readonly value: string;
}

/** What of a role its resource names are made of. */
export interface NamedRole {
  readonly accountUin: string;
  readonly roleId: string;
  readonly name: string;
}

/**
 * The one role that a six-segment name means: `qcs::cam::uin/<root>:role/<id>` or `…:roleName/<name>`. Without an account it is one
 * of `ownAccount`. Undefined for everything else, also for the roles of services (`role/tencentcloudServiceRoleName/…`).
 */
export function parseRoleResource(text: string, ownAccount: string): RoleRef | undefined {
  const [, account, id, name] =
    /^qcs:(?:id\/0)?:cam::(?:uin\/([0-9]+))?:(?:role\/([0-9]+)|roleName\/([A-Za-z0-9+=,.@_-]+))$/.exec(text) ?? [];
  const accountUin = account ?? ownAccount;
  if (id !== undefined) return { accountUin, by: 'id', value: id };
  return name === undefined ? undefined : { accountUin, by: 'name', value: name };
}

export function isRole({ accountUin, by, value }: RoleRef, role: NamedRole): boolean {
  return role.accountUin === accountUin && (by === 'id' ? role.roleId : role.name) === value;
}

/** The role's arn: how CAM shows it, and how AssumeRole takes it. */
export function roleArn({ accountUin, name }: NamedRole): string {
  return `qcs::cam::uin/${accountUin}:roleName/${name}`;
}

/** Both names, as policies may use either. */
export function namesOfRole(role: NamedRole): readonly [byId: string, byName: string] {
  return [`qcs::cam::uin/${role.accountUin}:role/${role.roleId}`, roleArn(role)];
}

/**
 * The decision about a role from those about its two names: a deny on either denies it, an allow on either allows it. A policy
 * and the boundary or session policy that limits it must speak of the same name, or of both.
 */
export function underEitherName(
  resource: string,
  [byId, byName]: readonly [ResourceDecision, ResourceDecision],
): ResourceDecision {
  const both = [byId, byName];
  const found = both.find((one) => one.outcome === 'explicit_deny') ?? both.find((one) => one.outcome === 'allowed');
  return { ...(found ?? byId), resource };
}
