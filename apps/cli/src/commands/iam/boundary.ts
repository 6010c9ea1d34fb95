import { type Policy, PolicySchema } from '@muster/contract';
import { findPolicyId, findUin, roleNaming } from '../../directory.ts';
import { addSubjectOptions, chosenSubject, type Subject, type SubjectOptions } from '../../iam-subject.ts';
import { toTatJson } from '../../output/to-json.ts';
import type { Session } from '../../session.ts';
import { verb } from '../../verb.ts';

const KINDS = ['user', 'role'] as const;
type Bounded = Subject<(typeof KINDS)[number]>;

/** `muster iam boundary set`: from now on nobody gets more than the policy allows, whatever else is attached. */
export const boundarySet = verb<SubjectOptions, [policy: string]>({
  configure(command) {
    addSubjectOptions(command.argument('<policy>', 'name or number; presets have names too'), KINDS);
  },
  examples: ['muster iam boundary set run-on-all --user ana', 'muster iam boundary set run-on-all --role deploy'],
  async run(app, options, policy) {
    const bounded = chosenSubject(options, KINDS);
    const session = await app.connect();
    const policyId = await findPolicyId(session, policy);
    await put(session, bounded, policyId);
    if (app.json) app.printJson({ PolicyId: policyId });
    else app.terminal.out.line(`${bounded.given} may do at most what ${policy} allows`);
    return undefined;
  },
});

/** `muster iam boundary show`: which policy bounds a user or a role. */
export const boundaryShow = verb<SubjectOptions, []>({
  configure(command) {
    addSubjectOptions(command, KINDS);
  },
  examples: ['muster iam boundary show --user ana', 'muster iam boundary show --role deploy'],
  async run(app, options) {
    const bounded = chosenSubject(options, KINDS);
    const policy = await get(await app.connect(), bounded);
    if (app.json) app.printJson(policy ? toTatJson(PolicySchema, policy) : null);
    else if (policy) app.terminal.out.line(`${policy.policyName} (${policy.policyId})`);
    else app.note(`nothing bounds ${bounded.given}`);
    return undefined;
  },
});

/** `muster iam boundary clear`: what is attached counts whole again. */
export const boundaryClear = verb<SubjectOptions, []>({
  configure(command) {
    addSubjectOptions(command, KINDS);
  },
  examples: ['muster iam boundary clear --user ana', 'muster iam boundary clear --role deploy'],
  async run(app, options) {
    const bounded = chosenSubject(options, KINDS);
    await clear(await app.connect(), bounded);
    if (app.json) app.printJson({ PolicyId: null });
    else app.terminal.out.line(`nothing bounds ${bounded.given} any more`);
    return undefined;
  },
});

async function put(session: Session, { kind, given }: Bounded, policyId: string): Promise<void> {
  if (kind === 'role') await session.roles.putRolePermissionsBoundary({ ...roleNaming(given), policyId });
  else {
    const targetUin = await findUin(session, given);
    await session.policies.putUserPermissionsBoundary({ targetUin, policyId });
  }
}

async function get(session: Session, { kind, given }: Bounded): Promise<Policy | undefined> {
  if (kind === 'role') return (await session.roles.getRolePermissionBoundary(roleNaming(given))).policy;
  const targetUin = await findUin(session, given);
  return (await session.policies.getUserPermissionBoundary({ targetUin })).policy;
}

async function clear(session: Session, { kind, given }: Bounded): Promise<void> {
  if (kind === 'role') await session.roles.deleteRolePermissionsBoundary(roleNaming(given));
  else await session.policies.deleteUserPermissionsBoundary({ targetUin: await findUin(session, given) });
}
