import type { Condition, Rule } from './workload.ts';

/** The same rules as a CAM policy document. */
export function documentOf(rules: readonly Rule[]) {
  return { version: '2.0', statement: rules.map(statementOf) };
}

/** One rule as a CAM statement. */
export function statementOf({ effect, actions, resources, condition }: Rule) {
  return {
    effect,
    action: [...actions],
    resource: [...resources],
    ...(condition === undefined ? {} : { condition: conditionOf(condition) }),
  };
}

function conditionOf(condition: Condition): Record<string, Record<string, string | string[]>> {
  switch (condition.kind) {
    case 'ip':
      return { ip_equal: { 'qcs:ip': `${condition.base}/${condition.bits}` } };
    case 'before':
      return { date_less_than: { 'qcs:current_time': condition.time } };
    case 'zone':
      return { string_equal: { 'cvm:zone': [...condition.names] } };
  }
}
