import { type DescService, getOption } from '@bufbuild/protobuf';
import * as contract from '@muster/contract';
import { describe, expect, it } from 'vitest';

const { access, resource, ResourceType, Scope } = contract;

function isService(each: unknown): each is DescService {
  return typeof each === 'object' && each !== null && 'kind' in each && each.kind === 'service';
}

const services = (Object.values(contract) as unknown[]).filter(
  (each): each is DescService => isService(each) && each.typeName.startsWith('muster.'),
);
const methods = services.flatMap((service) =>
  service.methods.map((method) => ({ name: `${service.typeName}.${method.name}`, method })),
);

it('knows every service of the contract', () => {
  expect(new Set(services.map((service) => service.typeName))).toEqual(
    new Set([
      'muster.agent.v1.EnrollmentService',
      'muster.command.v1.CommandInternalService',
      'muster.command.v1.CommandService',
      'muster.iam.v1.AccountService',
      'muster.iam.v1.AnalysisService',
      'muster.iam.v1.AuditService',
      'muster.iam.v1.AuthorizationService',
      'muster.iam.v1.DelegationService',
      'muster.iam.v1.GroupService',
      'muster.iam.v1.IamService',
      'muster.iam.v1.PolicyService',
      'muster.iam.v1.RoleService',
      'muster.iam.v1.SignatureService',
      'muster.iam.v1.TokenService',
      'muster.invocation.v1.InstanceService',
      'muster.invocation.v1.InvocationInternalService',
      'muster.invocation.v1.InvocationService',
      'muster.invocation.v1.InvokerService',
      'muster.session.v1.SessionService',
    ]),
  );
});

describe.each(methods)('$name', ({ method }) => {
  const { action, scope, resources } = getOption(method, access);
  const named = method.input.fields.filter((field) => getOption(field, resource) !== ResourceType.UNSPECIFIED);

  it('carries a CAM action and a scope', () => {
    expect(action).toMatch(/^(tat|cam|sts|muster):[A-Z][A-Za-z]+$/);
    expect(scope).not.toBe(Scope.UNSPECIFIED);
  });

  it('names the resources of its decision exactly where its scope says they come from', () => {
    if (scope === Scope.FIELDS) expect(named.length + resources.length).toBeGreaterThan(0);
    // a handler looks up what the fields name, and may find more
    else if (scope !== Scope.HANDLER) expect([named.map((field) => field.name), resources]).toEqual([[], []]);
  });

  it('keeps internal actions for services, and takes one request so that it can be guarded', () => {
    expect(action.startsWith('muster:')).toBe(scope === Scope.SERVICE || method.parent === contract.EnrollmentService);
    expect(['unary', 'server_streaming']).toContain(method.methodKind);
  });
});
