import { type Filter, TAG_FILTER_PREFIX } from '@muster/command';
import type { ExpressionBuilder } from 'kysely';
import type { Schema } from './schema.ts';

/** What a filter of DescribeAutomationAgentStatus or DescribeRegisterInstances (spec section 8), both checked, says of a machine. */
export function instanceCondition(where: ExpressionBuilder<Schema, 'instance'>, { name, values }: Filter) {
  switch (name) {
    case 'agent-status':
    case 'register-status':
      return where(
        'online',
        'in',
        values.map((value) => (value === 'Online' ? 1 : 0)),
      );
    case 'environment':
    case 'sys-name':
      return where('system_name', 'in', values);
    case 'instance-id':
      return where('instance_id', 'in', values);
    case 'instance-name':
      return where('name', 'in', values);
    case 'local-ip':
      return where('local_ip', 'in', values);
    case 'register-code-id':
      return where('register_code_id', 'in', values);
    case 'tag-key':
      return hasTag(where, 'tag_key', values);
    case 'tag-value':
      return hasTag(where, 'tag_value', values);
    default:
      return hasTag(where, 'tag_value', values, name.slice(TAG_FILTER_PREFIX.length));
  }
}

function hasTag(
  where: ExpressionBuilder<Schema, 'instance'>,
  column: 'tag_key' | 'tag_value',
  values: readonly string[],
  key?: string,
) {
  const tags = where
    .selectFrom('instance_tag')
    .select('position')
    .whereRef('instance_tag.resource_id', '=', 'instance.instance_id')
    .where(column, 'in', values);
  return where.exists(key === undefined ? tags : tags.where('tag_key', '=', key));
}
