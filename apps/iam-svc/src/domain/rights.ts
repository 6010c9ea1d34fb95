import { PRESETS } from '@muster/policy';
import type { PolicyRef } from './identity.ts';

/** Kinds of those who can have policies. */
export type HolderKind = 'user' | 'role' | 'group';

/** A policy that somebody has, at the version in force. */
export interface Held extends PolicyRef {
  readonly policyName: string;
  /** `user`, `group <name>`, `role`, `boundary`; several with commas. */
  readonly via: string;
}

/** Somebody in an account and every policy that counts for them. */
export interface Holder {
  readonly kind: HolderKind;
  /** A uin (a collaborator's is the one it has at home), a role's or a group's id. */
  readonly id: string;
  readonly name: string;
  readonly isRoot: boolean;
  /** Whether it may sign in at all. */
  readonly active: boolean;
  readonly policies: readonly Held[];
  readonly boundary: Held | undefined;
}

/** Who has which rights in an account, as of one moment. */
export interface AccountRights {
  readonly accountUin: string;
  readonly appId: string;
  readonly revision: number;
  /** The root, sub-users and collaborators, roles, groups. Message recipients have no rights. */
  readonly holders: readonly Holder[];
}

/** The rows that rights are put together from. */
export interface RightsRows {
  readonly accountUin: string;
  /** Sub-users, root with them, and collaborators. */
  readonly users: readonly (readonly [uin: string, name: string, boundary: number | null, active: number])[];
  readonly roles: readonly (readonly [id: string, name: string, boundary: number | null])[];
  readonly groups: readonly (readonly [id: string, name: string])[];
  readonly members: readonly (readonly [uin: string, groupId: string])[];
  readonly attachments: readonly (readonly [kind: HolderKind, id: string, policyId: number])[];
  readonly policies: readonly (readonly [policyId: number, name: string, version: number])[];
}

const PRESET_POLICIES = PRESETS.map(({ policyId, name }) => [policyId, name, 1] as const);

/** Puts together who has what. */
export function holdersOf({ accountUin, users, roles, groups, members, attachments, policies }: RightsRows): Holder[] {
  const known = new Map([...PRESET_POLICIES, ...policies].map(([id, name, version]) => [id, { name, version }]));
  const groupNames = new Map(groups);
  const attached = Map.groupBy(attachments, ([kind, id]) => `${kind} ${id}`);
  const groupsOf = Map.groupBy(members, ([uin]) => uin);

  // a policy that is gone at this very moment denies: its text will not be found
  const held = (policyId: number, via: string): Held => {
    const { name, version } = known.get(policyId) ?? { name: String(policyId), version: 0 };
    return { policyId, version, policyName: name, via };
  };
  const direct = (kind: HolderKind, id: string, via: string) =>
    (attached.get(`${kind} ${id}`) ?? []).map(([, , policyId]) => held(policyId, via));
  const bound = (policyId: number | null) => (policyId === null ? undefined : held(policyId, 'boundary'));

  return [
    ...users.map(([id, name, boundary, active]): Holder => {
      const inGroups = groupsOf.get(id) ?? [];
      return {
        ...{ kind: 'user', id, name, isRoot: id === accountUin, active: active === 1 },
        policies: onceEach([
          ...direct('user', id, 'user'),
          ...inGroups.flatMap(([, group]) => direct('group', group, `group ${groupNames.get(group)}`)),
        ]),
        boundary: bound(boundary),
      };
    }),
    ...roles.map(([id, name, boundary]): Holder => {
      const policiesOfRole = direct('role', id, 'role');
      return {
        kind: 'role',
        id,
        name,
        isRoot: false,
        active: true,
        policies: policiesOfRole,
        boundary: bound(boundary),
      };
    }),
    ...groups.map(([id, name]): Holder => {
      const policiesOfGroup = direct('group', id, `group ${name}`);
      return { kind: 'group', id, name, isRoot: false, active: true, policies: policiesOfGroup, boundary: undefined };
    }),
  ];
}

/** A policy that comes to somebody by several ways is one policy. */
function onceEach(all: readonly Held[]): Held[] {
  return [...Map.groupBy(all, ({ policyId }) => policyId).values()].map((ways) => ({
    ...ways[0]!,
    via: ways.map(({ via }) => via).join(', '),
  }));
}
