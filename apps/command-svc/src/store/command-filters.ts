import { type Filter, TAG_FILTER_PREFIX } from '@muster/command';
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { CommandSchema } from './schema.ts';

type Where = ExpressionBuilder<CommandSchema, 'command' | 'command_version'>;

/** One checked filter of DescribeCommands as a condition on a command at its latest version. */
export function filterCondition(where: Where, { name, values }: Filter): Expression<SqlBool> {
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
    case 'tag-key':
      return hasTag(where, 'tag_key', values);
    case 'tag-value':
      return hasTag(where, 'tag_value', values);
    default:
      return hasTag(where, 'tag_value', values, name.slice(TAG_FILTER_PREFIX.length));
  }
}

function hasTag(
  where: Where,
  column: 'tag_key' | 'tag_value',
  values: readonly string[],
  key?: string,
): Expression<SqlBool> {
  const tags = where
    .selectFrom('command_tag')
    .select('command_tag.position')
    .whereRef('command_tag.command_id', '=', 'command.command_id')
    .where(`command_tag.${column}`, 'in', values);
  return where.exists(key === undefined ? tags : tags.where('command_tag.tag_key', '=', key));
}
