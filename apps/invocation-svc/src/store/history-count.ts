import type { Filter } from '@muster/command';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Schema } from './schema.ts';

/** What is counted, by the columns that one filter of a list may name. None of them ever changes. */
export const COUNTED_COLUMNS = {
  invocation: ['command_id', 'command_created_by', 'instance_kind'],
  invocation_task: ['command_id', 'instance_id'],
} as const;

/** The tables whose rows are counted. */
export type Counted = keyof typeof COUNTED_COLUMNS;

/** A new run, as far as it is counted. */
export interface CountedRun {
  readonly accountUin: string;
  readonly commandId: string;
  readonly commandCreatedBy: string;
  /** `MIXED` and so on. */
  readonly instanceKind: string;
  readonly instanceIds: readonly string[];
}

/** SQLite bounds the parameters of a statement. */
const ROWS_AT_ONCE = 100;

/** Counts a new run and its tasks, in the transaction that saves them. */
export async function countRun(trx: Transaction<Schema>, run: CountedRun): Promise<void> {
  const { accountUin: account_uin, instanceIds } = run;
  const count = (counted: Counted, of: string, value: string, total: number) => ({
    account_uin,
    counted,
    of,
    value,
    total,
  });
  const rows = [
    count('invocation', '', '', 1),
    count('invocation', 'command_id', run.commandId, 1),
    count('invocation', 'command_created_by', run.commandCreatedBy, 1),
    count('invocation', 'instance_kind', run.instanceKind, 1),
    count('invocation_task', '', '', instanceIds.length),
    count('invocation_task', 'command_id', run.commandId, instanceIds.length),
    ...instanceIds.map((id) => count('invocation_task', 'instance_id', id, 1)),
  ];
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    await trx
      .insertInto('history_count')
      .values(rows.slice(from, from + ROWS_AT_ONCE))
      .onConflict((conflict) =>
        conflict
          .columns(['account_uin', 'counted', 'of', 'value'])
          .doUpdateSet({ total: sql`history_count.total + excluded.total` }),
      )
      .execute();
  }
}

/**
 * How many rows of an account there are with one of these values in a counted column, or in all; undefined where it is not counted and the rows
 * themselves have to be.
 */
export async function countedTotal(
  db: Kysely<Schema>,
  counted: Counted,
  { accountUin, filters }: { readonly accountUin: string; readonly filters: readonly (Filter & { column: string })[] },
): Promise<number | undefined> {
  const [filter, ...others] = filters;
  if (others.length > 0) return undefined;
  if (filter && !(COUNTED_COLUMNS[counted] as readonly string[]).includes(filter.column)) return undefined;
  const { total } = await db
    .selectFrom('history_count')
    .select((select) => select.fn.sum<number | null>('total').as('total'))
    .where('account_uin', '=', accountUin)
    .where('counted', '=', counted)
    .where('of', '=', filter?.column ?? '')
    .where('value', 'in', filter ? [...new Set(filter.values)] : [''])
    .executeTakeFirstOrThrow();
  return total ?? 0;
}
