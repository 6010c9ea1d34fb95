import type { Command } from 'commander';
import { findGroupId, findPolicyId, findUin, roleNaming } from './directory.ts';
import type { Session } from './session.ts';
import { Stop } from './stop.ts';

/** What of CAM's own an option can name. */
export type SubjectKind = 'user' | 'group' | 'role' | 'policy';

/** The options that name it. */
export type SubjectOptions = { readonly [K in SubjectKind]?: string };

/** One thing, as it was typed. */
export interface Subject<K extends SubjectKind = SubjectKind> {
  readonly kind: K;
  readonly given: string;
}

const WORDS: Record<SubjectKind, string> = {
  user: 'a user, by name or uin',
  group: 'a group, by name or number',
  role: 'a role, by name or id',
  policy: 'a policy, by name or number',
};

/** Adds one option for each kind. */
export function addSubjectOptions(command: Command, kinds: readonly SubjectKind[]): void {
  for (const kind of kinds) command.option(`--${kind} <${kind}>`, WORDS[kind]);
}

/** The one thing that is named; none and several are faults. */
export function chosenSubject<K extends SubjectKind>(options: SubjectOptions, kinds: readonly K[]): Subject<K> {
  const chosen = kinds.filter((kind) => options[kind] !== undefined);
  const [kind] = chosen;
  if (kind !== undefined && chosen.length === 1) return { kind, given: options[kind]! };
  const names = kinds.map((each) => `--${each}`).join(', ');
  throw new Stop(chosen.length === 0 ? `give one of ${names}` : `give only one of ${names}`);
}

/** Its six-segment name in CAM, the account left out. */
export async function subjectResource(session: Session, { kind, given }: Subject<'user' | 'group' | 'policy'>) {
  switch (kind) {
    case 'user':
      return `qcs::cam:::uin/${await findUin(session, given)}`;
    case 'group':
      return `qcs::cam:::groupid/${await findGroupId(session, given)}`;
    case 'policy':
      return `qcs::cam:::policyid/${await findPolicyId(session, given)}`;
  }
}

/** Attaches a policy to whoever is named. */
export async function attachPolicy(session: Session, policyId: string, { kind, given }: Holder): Promise<void> {
  if (kind === 'user') await session.iam.attachUserPolicy({ policyId, attachUin: await findUin(session, given) });
  else if (kind === 'group') {
    await session.groups.attachGroupPolicy({ policyId, attachGroupId: await findGroupId(session, given) });
  } else {
    const { roleId, roleName } = roleNaming(given);
    await session.roles.attachRolePolicy({ policyId, attachRoleId: roleId, attachRoleName: roleName });
  }
}

/** The reverse. */
export async function detachPolicy(session: Session, policyId: string, { kind, given }: Holder): Promise<void> {
  if (kind === 'user') await session.iam.detachUserPolicy({ policyId, detachUin: await findUin(session, given) });
  else if (kind === 'group') {
    await session.groups.detachGroupPolicy({ policyId, detachGroupId: await findGroupId(session, given) });
  } else {
    const { roleId, roleName } = roleNaming(given);
    await session.roles.detachRolePolicy({ policyId, detachRoleId: roleId, detachRoleName: roleName });
  }
}

/** Who can have policies. */
export type Holder = Subject<'user' | 'group' | 'role'>;
