import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** Where a query finds the tags of its rows. */
export interface TagColumns {
  /** A table with columns `tag_key` and `tag_value`. */
  readonly table: string;
  /** Its column that says whose tag it is. */
  readonly owner: string;
  /** The column of the query, written `table.column`, that the owner equals. */
  readonly of: string;
}

/** A tag whose key, or whose value, is one of `values`; with `key`, that key's tag alone. */
export interface WantedTag {
  readonly part: 'key' | 'value';
  readonly values: readonly string[];
  readonly key?: string;
}

/** True for the rows that have such a tag. */
export function hasTag({ table, owner, of }: TagColumns, { part, values, key }: WantedTag): RawBuilder<SqlBool> {
  const ofKey = key === undefined ? sql`` : sql` and wanted.tag_key = ${key}`;
  return sql<SqlBool>`exists (select 1 from ${sql.table(table)} as wanted where ${sql.ref(`wanted.${owner}`)} = ${sql.ref(of)}
    and ${sql.ref(`wanted.tag_${part}`)} in (${sql.join(values)})${ofKey})`;
}
