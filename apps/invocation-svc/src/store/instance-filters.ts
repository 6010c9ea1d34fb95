import { type Filter, wantedTag } from '@muster/command';
import { hasTag } from '@muster/db';
import type { ExpressionBuilder } from 'kysely';
import type { Schema } from './schema.ts';

const TAGS = { table: 'instance_tag', owner: 'resource_id', of: 'instance.instance_id' };

/** What a filter of DescribeAutomationAgentStatus or DescribeRegisterInstances (spec section 8), both checked, says of a machine. */
export function instanceCondition(where: ExpressionBuilder<Schema, 'instance'>, filter: Filter) {
  const { name, values } = filter;
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
    default:
      return hasTag(TAGS, wantedTag(filter));
  }
}
