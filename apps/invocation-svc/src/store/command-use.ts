import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** Which of these commands of an account are bound to an invoker, enabled or not. */
export async function commandsInInvokers(
  db: Kysely<Schema>,
  accountUin: string,
  commandIds: readonly string[],
): Promise<string[]> {
  const rows = await db
    .selectFrom('invoker')
    .select('command_id')
    .distinct()
    .where('account_uin', '=', accountUin)
    .where('command_id', 'in', commandIds)
    .where('deleted_at', 'is', null)
    .orderBy('command_id')
    .execute();
  return rows.map((row) => row.command_id);
}

/** Which of these commands of an account are being executed: one of their tasks has not ended. */
export async function commandsInExecution(
  db: Kysely<Schema>,
  accountUin: string,
  commandIds: readonly string[],
): Promise<string[]> {
  const rows = await db
    .selectFrom('invocation_task')
    .select('command_id')
    .distinct()
    .where('account_uin', '=', accountUin)
    .where('command_id', 'in', commandIds)
    .where('deadline_at', 'is not', null)
    .orderBy('command_id')
    .execute();
  return rows.map((row) => row.command_id);
}
