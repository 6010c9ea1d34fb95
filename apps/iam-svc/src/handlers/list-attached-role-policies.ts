import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkPage } from '../domain/fields.ts';
import { policyAnswers, policyFilter } from '../grants/policy-answers.ts';
import { namedRole } from '../named/roles.ts';

export function listAttachedRolePolicies({
  roles,
  policies,
  ...parts
}: Pick<IamContext, 'roles' | 'policies' | 'attachments' | 'tags'>): MethodImpl<
  typeof RoleService.method.listAttachedRolePolicies
> {
  return async (request, context) => {
    const { offset, limit } = checkPage(request);
    const { accountUin, roleId } = await namedRole(request, { call: callOf(context), roles });
    const ids = await parts.attachments.policiesOf({ accountUin, kind: 'role', id: roleId });
    const all = await policies.findAll(accountUin, ids);
    const attached = all.filter(policyFilter(request.policyType, request.keyword));
    return {
      totalNum: attached.length,
      list: await policyAnswers(attached.slice(offset, offset + limit), accountUin, parts),
    };
  };
}
