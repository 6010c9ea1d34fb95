import { planFilter } from '@muster/db';
import { EVERYTHING, INSTANCE_PATHS, type InstanceKind, type ResourcePlan } from '@muster/kernel';
import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** Which machines may be seen: a plan for each kind, which is a resource of its own. */
export type InstancePlans = Readonly<Record<InstanceKind, ResourcePlan>>;

/** The plans of who may see all machines. */
export const EVERY_INSTANCE: InstancePlans = { CVM: EVERYTHING, LIGHTHOUSE: EVERYTHING, REGISTERED: EVERYTHING };

/** The form of ids by kind. */
const IDS = { CVM: 'ins-*', LIGHTHOUSE: 'lhins-*', REGISTERED: 'rins-*' } as const satisfies Record<
  InstanceKind,
  string
>;

/** Those rows whose machine may be seen; `column` (`table.column`) names the machine. */
export function instanceFilter(plans: InstancePlans, column: string): RawBuilder<SqlBool> {
  const kinds = Object.keys(IDS) as InstanceKind[];
  if (kinds.every((kind) => plans[kind].kind === 'always')) return sql<SqlBool>`1`;
  const parts = kinds.map((kind) => {
    const filter = planFilter(plans[kind], {
      pathPrefix: INSTANCE_PATHS[kind],
      id: column,
      tags: { table: 'instance_tag', owner: 'resource_id', of: column },
    });
    return sql<SqlBool>`(${sql.ref(column)} glob ${IDS[kind]} and ${filter})`;
  });
  return sql<SqlBool>`(${sql.join(parts, sql` or `)})`;
}

/** Those rows of `invocation` or `invocation_task` whose command may be seen, as the command was when it ran. */
export function commandFilter(plan: ResourcePlan, table: 'invocation' | 'invocation_task'): RawBuilder<SqlBool> {
  return planFilter(plan, {
    pathPrefix: 'command/',
    id: `${table}.command_subject`,
    tags: { table: 'invocation_command_tag', owner: 'resource_id', of: `${table}.invocation_id` },
    attributes: { 'qcs:create_uin': `${table}.command_creator` },
  });
}

/** Those invokers that may be seen. */
export function invokerFilter(plan: ResourcePlan): RawBuilder<SqlBool> {
  const id = 'invoker.invoker_id';
  return planFilter(plan, {
    pathPrefix: 'invoker/',
    id,
    tags: { table: 'invoker_tag', owner: 'resource_id', of: id },
    attributes: { 'qcs:create_uin': 'invoker.created_uin' },
  });
}

/** Those register codes that may be seen. */
export function registerCodeFilter(plan: ResourcePlan): RawBuilder<SqlBool> {
  const id = 'register_code.register_code_id';
  return planFilter(plan, {
    pathPrefix: 'register-code/',
    id,
    tags: { table: 'register_code_tag', owner: 'resource_id', of: id },
  });
}
