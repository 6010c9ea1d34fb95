import { type Filter, wantedTag } from '@muster/command';
import { hasTag, type TagColumns } from '@muster/db';
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { CommandSchema } from './schema.ts';

/** Whose tags are whose, for filters and plans. */
export const TAGS: TagColumns = { table: 'command_tag', owner: 'command_id', of: 'command.command_id' };

type Where = ExpressionBuilder<CommandSchema, 'command' | 'command_version'>;

/** One checked filter of DescribeCommands as a condition on a command at its latest version. */
export function filterCondition(where: Where, filter: Filter): Expression<SqlBool> {
  const { name, values } = filter;
  switch (name) {
    case 'command-id':
      return where('command.command_id', 'in', values);
    case 'command-name':
      return where('command.command_name', 'in', values);
    case 'command-type':
      return where('command_version.command_type', 'in', values);
    case 'created-by':
      return where('command.created_by', 'in', values);
    case 'scene-id':
      return where('command.scene_id', 'in', values);
    default:
      return hasTag(TAGS, wantedTag(filter));
  }
}
