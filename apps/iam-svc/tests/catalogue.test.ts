import { type DescService, getOption } from '@bufbuild/protobuf';
import * as contract from '@muster/contract';
import { findAction } from '@muster/policy';
import { describe, expect, it } from 'vitest';

const { access, resource, ResourceType, Scope } = contract;

function isService(each: unknown): each is DescService {
  return typeof each === 'object' && each !== null && 'kind' in each && each.kind === 'service';
}

/** Every method of Muster that policies decide about. */
const decided = (Object.values(contract) as unknown[])
  .filter(isService)
  .flatMap(({ methods }) => methods)
  .map((method) => ({ method, ...getOption(method, access) }))
  .filter(({ action }) => /^(tat|cam|sts):/.test(action))
  .filter(({ scope }) => scope !== Scope.SELF && scope !== Scope.PUBLIC);

/** How the last segment of a resource begins that a request field names. */
const PATHS: Partial<Record<contract.ResourceType, string>> = {
  [ResourceType.COMMAND]: 'command',
  [ResourceType.INSTANCE]: 'instance',
  [ResourceType.USER]: 'uin',
  [ResourceType.POLICY]: 'policyid',
  [ResourceType.REGISTER_CODE]: 'register-code',
  [ResourceType.GROUP]: 'groupid',
};

it('finds the methods of all three services', () => {
  expect(new Set(decided.map(({ action }) => action.split(':')[0]))).toEqual(new Set(['tat', 'cam', 'sts']));
});

describe('an action that Muster decides about', () => {
  it.each(decided)('is catalogued at its level: $action of $method.name', ({ action, scope }) => {
    expect(findAction(action)?.operationLevel).toBe(scope === Scope.OPERATION);
  });

  const byFields = decided.filter(({ scope }) => scope === Scope.FIELDS);
  it.each(byFields)('is catalogued on what requests name: $action of $method.name', ({ method, action }) => {
    const named = method.input.fields
      .map((field) => PATHS[getOption(field, resource)])
      .filter((path) => path !== undefined);
    const catalogued = findAction(action)!.resources.map((template) => template.split(':').at(-1)!.split('/')[0]);
    expect(new Set(catalogued)).toEqual(new Set(named));
  });
});
