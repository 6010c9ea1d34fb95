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
      const { callers, first, second } = world();
      let seenByOwner = false;
      for (const reference of await knownReferences(world(), method)) {
        const { field, kind, fill } = reference;
        const request = (tenant: Tenant, things: Things) => fill(requestFor(method.name, field, tenant.things), things);
        const stranger = ask(callers, method, request(second, first.things), second.token);
        const unknown = await ask(callers, method, request(second, UNKNOWN), second.token);
        const about = `${field} names a ${kind}`;
        const nobodys = neutral(unknown, UNKNOWN[kind], UNKNOWN.root);
        const answer = neutral(await stranger, first.things[kind], first.things.root);
        expect(answer, about).toBe(nobodys);
        expect(tellsOf(answer, first), about).toEqual([]);
        expect(wasLookedAt(unknown), `${about}: ${nobodys}`).toBe(true);
        if (seenByOwner || !reads(method)) continue;
        const own = await ask(callers, method, request(first, first.things), first.token);
        seenByOwner = neutral(own, first.things[kind], first.things.root) !== nobodys;
      }
      if (reads(method)) expect(seenByOwner, 'the owner gets another answer').toBe(true);
    });

    it('and nothing of the other tenant has changed by asking', async () => {
      expect(await stateOf(world(), world().first)).toEqual(before);
    });
  });
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
  const refused = await ask(callers, method, { filters: [{ name: 'none', values: ['x'] }] }, second.token);
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
