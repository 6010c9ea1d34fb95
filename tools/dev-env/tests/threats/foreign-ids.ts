import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { access, Scope } from '@muster/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Reference, referencesOf } from './fields.ts';
import { ask, METHODS, neutral, type Outcome } from './methods.ts';
import { requestFor } from './requests.ts';
import { stateOf } from './tenant-lists.ts';
import { type Tenant, type Things, tellsOf, UNKNOWN } from './tenants.ts';
import type { World } from './world.ts';

/** Methods that say whether an id exists, and why they may (docs/threat-model.md, T1). */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  AddCollaborator: 'finds whom it invites',
  ExchangeAccessKey: 'answers with the codes that TC3 publishes; a key id has 32 random characters',
};

/** Refusals of a request that say that the name in it was looked at; any other one would hide the look-up from this test. */
const LOOKED_AT = [
  'InvalidParameterValue.InstanceIsNotRelatedToInvocation',
  // tags are for certain kinds of the own account
  'InvalidParameter.ResourceError',
];

/** Where the owner, too, sees an empty answer, so that the answer to a stranger proves nothing by itself; `tenantLists` does. */
const EMPTY_FOR_ITS_OWNER = ['DescribeScenes', 'DescribeInvokerRecords', 'GetSecurityLastUsed', 'ListLastUsed'];

export function foreignIds(world: () => World): void {
  describe('T1: an id of another tenant is like one that nobody has', () => {
    const methods = METHODS.filter((method) => referencesOf(method).length > 0 && !(method.name in EXCEPTIONS));

    let before: unknown;
    beforeAll(async () => {
      before = await stateOf(world(), world().first);
    });

    it.each(methods.map((method) => [method.name, method] as const))('for %s', async (_, method) => {
      const references = await knownReferences(world(), method);
      const seen = await Promise.all(references.map((reference) => likeUnknown(world(), method, reference)));
      if (reads(method)) expect(seen, 'its owner gets another answer').toContain(true);
    });

    it('and nothing of the other tenant has changed by asking', async () => {
      expect(await stateOf(world(), world().first)).toEqual(before);
    });
  });
}

/** Expects the same answer about the thing of another tenant and about nothing; gives whether the owner's own answer is another one. */
async function likeUnknown(
  { callers, first, second }: World,
  method: DescMethod,
  reference: Reference,
): Promise<boolean> {
  const { field, kind, fill } = reference;
  const asked = (tenant: Tenant, things: Things) =>
    ask(callers, method, fill(requestFor(method.name, field, tenant.things), things), tenant.token);
  const [foreign, unknown] = await Promise.all([asked(second, first.things), asked(second, UNKNOWN)]);
  const about = `${field} names a ${kind}`;
  const nobodys = neutral(unknown, UNKNOWN[kind], UNKNOWN.root);
  const answer = neutral(foreign, first.things[kind], first.things.root);
  expect(answer, about).toBe(nobodys);
  expect(tellsOf(answer, first), about).toEqual([]);
  expect(wasLookedAt(unknown), `${about}: ${nobodys}`).toBe(true);
  if (!reads(method)) return false;
  const own = await asked(first, first.things);
  return neutral(own, first.things[kind], first.things.root) !== nobodys;
}

function reads(method: DescMethod): boolean {
  if (getOption(method, access).scope === Scope.SERVICE || EMPTY_FOR_ITS_OWNER.includes(method.name)) return false;
  return /^(Get|Describe|List|Preview|Watch|Search|Simulate)/.test(method.name);
}

/** References that the method takes; of filters, those whose name it knows. */
async function knownReferences({ callers, second }: World, method: DescMethod): Promise<Reference[]> {
  const references = referencesOf(method);
  // what is for services alone is refused before anything of the request is read
  if (getOption(method, access).scope === Scope.SERVICE) return references.slice(0, 1);
  if (!references.some(({ field }) => field.startsWith('filters'))) return references;
  const request = { ...requestFor(method.name, 'filters', second.things), filters: [{ name: 'none', values: ['x'] }] };
  const refused = await ask(callers, method, request, second.token);
  const known =
    'message' in refused ? (/must be named (.*), one is/.exec(refused.message)?.[1]?.split(', ') ?? []) : [];
  return references.filter(({ field }) => {
    const filter = /^filters\.values\((.*)\)$/.exec(field)?.[1];
    return filter === undefined || known.includes(filter);
  });
}

function wasLookedAt(outcome: Outcome): boolean {
  return 'answers' in outcome || outcome.kind !== 'invalid' || LOOKED_AT.includes(outcome.reason);
}
