import { invalid } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import { type OwnResource, ownResource } from '../domain/own-resource.ts';
import type { IamWriters } from '../store/iam-writers.ts';
import { requireRole, roleSubject } from './roles.ts';
import { groupSubject, policySubject, requireCustom, requireGrantee, requireGroup, userSubject } from './things.ts';

const MOST = 50;

/** The users, groups, roles and policies that a request names, each once, when the caller may do the call's action to all of them. */
export async function namedOwnResources(names: readonly string[], call: Call): Promise<OwnResource[]> {
  if (names.length < 1 || names.length > MOST) {
    throw invalid('InvalidParameterValue.LimitExceeded', 'ResourceList', `must be 1 to ${MOST}, were ${names.length}`);
  }
  const named = new Map(names.map((name) => [name, ownResource(name, call.caller.accountUin)]));
  const resources = new Map<string, OwnResource>();
  for (const [name, resource] of named) {
    if (!resource) {
      const what = `must name users, groups, roles or policies of the account (\`qcs::cam:::uin/1\`), one was \`${name}\``;
      throw invalid('InvalidParameter.ResourceError', 'ResourceList', what);
    }
    resources.set(`${resource.kind}/${resource.id}`, resource);
  }
  const all = [...resources.values()];
  await call.authorize(all.map(subjectOf));
  return all;
}

function subjectOf({ kind, id }: OwnResource) {
  switch (kind) {
    case 'user':
      return userSubject(id);
    case 'group':
      return groupSubject(Number(id));
    case 'role':
      return roleSubject(id);
    case 'policy':
      return policySubject(Number(id));
  }
}

/** Passes when the account has it, and may tag it. */
export async function requireOwnResource(
  { grantees, groups, roles, policies }: IamWriters,
  accountUin: string,
  { kind, id }: OwnResource,
): Promise<void> {
  switch (kind) {
    case 'user':
      requireGrantee(await grantees.find(accountUin, id), id);
      break;
    case 'group':
      requireGroup(await groups.find(accountUin, Number(id)), id);
      break;
    case 'role':
      requireRole(await roles.find(accountUin, id), id);
      break;
    case 'policy':
      requireCustom(await policies.find(accountUin, Number(id)), id);
      break;
  }
}
