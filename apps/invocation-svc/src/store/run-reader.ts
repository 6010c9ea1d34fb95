import { type Kysely, sql } from 'kysely';
import type { Backlog } from '../domain/backlog.ts';
import type { DecidedCommand, Invocation } from '../domain/invocation.ts';
import type { TaskPlace } from '../domain/retry.ts';
import type { Task } from '../domain/task.ts';
import type { TaskStatus } from '../domain/task-status.ts';
import { invocationFromRow } from './invocation-row.ts';
import type { Schema } from './schema.ts';
import { TagStore } from './tag-store.ts';
import { taskFromRow } from './task-row.ts';

/** Reads single runs and their tasks. Methods for callers are bounded by an account, those for machines and timers by an id of ours. */
export class RunReader {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** A run of an account. */
  async invocation(accountUin: string, invocationId: string): Promise<Invocation | undefined> {
    const row = await this.#db
      .selectFrom('invocation')
      .selectAll()
      .where('account_uin', '=', accountUin)
      .where('invocation_id', '=', invocationId)
      .executeTakeFirst();
    return row && invocationFromRow(row);
  }

  /** These runs, whoever has them. */
  async invocations(invocationIds: readonly string[]): Promise<Invocation[]> {
    if (invocationIds.length === 0) return [];
    const rows = await this.#db
      .selectFrom('invocation')
      .selectAll()
      .where('invocation_id', 'in', invocationIds)
      .execute();
    return rows.map(invocationFromRow);
  }

  /** What machines run for these runs, by run, as `sealScript` sealed it. */
  async sealedScripts(invocationIds: readonly string[]): Promise<Map<string, Uint8Array>> {
    if (invocationIds.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('invocation')
      .select(['invocation_id', 'sealed_script'])
      .where('invocation_id', 'in', invocationIds)
      .execute();
    return new Map(rows.map((row) => [row.invocation_id, row.sealed_script]));
  }

  /** The commands of these runs as they were, by run. */
  async commandsOf(invocationIds: readonly string[]): Promise<Map<string, DecidedCommand>> {
    if (invocationIds.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('invocation')
      .select(['invocation_id', 'command_subject', 'command_creator'])
      .where('invocation_id', 'in', invocationIds)
      .execute();
    const tags = await new TagStore(this.#db, 'invocation_command_tag').of(invocationIds);
    return new Map(
      rows.map(({ invocation_id: id, command_subject: subject, command_creator: creator }) => [
        id,
        { subject, tags: tags(id), creator: creator ?? undefined },
      ]),
    );
  }

  /** A task, whoever has it. */
  async task(invocationTaskId: string): Promise<Task | undefined> {
    const row = await this.#db
      .selectFrom('invocation_task')
      .selectAll()
      .where('invocation_task_id', '=', invocationTaskId)
      .executeTakeFirst();
    return row && taskFromRow(row);
  }

  /** These tasks, whoever has them, by id. */
  async tasks(invocationTaskIds: readonly string[]): Promise<Map<string, Task>> {
    const found = new Map<string, Task>();
    for (let from = 0; from < invocationTaskIds.length; from += 500) {
      const rows = await this.#db
        .selectFrom('invocation_task')
        .selectAll()
        .where('invocation_task_id', 'in', invocationTaskIds.slice(from, from + 500))
        .execute();
      for (const row of rows) found.set(row.invocation_task_id, taskFromRow(row));
    }
    return found;
  }

  /** The tasks of a run in the order in which their machines were named. */
  async tasksOf(invocationId: string): Promise<Task[]> {
    const rows = await this.#db
      .selectFrom('invocation_task')
      .selectAll()
      .where('invocation_id', '=', invocationId)
      .orderBy('position')
      .execute();
    return rows.map(taskFromRow);
  }

  /** Where a run is, and how it stands there, in the order in which its machines were named. */
  async placesOf(invocationId: string): Promise<TaskPlace[]> {
    const rows = await this.#db
      .selectFrom('invocation_task')
      .select(['instance_id', 'status'])
      .where('invocation_id', '=', invocationId)
      .orderBy('position')
      .execute();
    return rows.map((row) => ({ instanceId: row.instance_id, status: row.status as TaskStatus }));
  }

  /** The first tasks of a run behind a place that have not ended. */
  async openTasksOf(invocationId: string, { after, most }: { after: number; most: number }): Promise<Task[]> {
    const rows = await this.#db
      .selectFrom('invocation_task')
      .selectAll()
      .where('invocation_id', '=', invocationId)
      .where('position', '>', after)
      .where('deadline_at', 'is not', null)
      .orderBy('position')
      .limit(most)
      .execute();
    return rows.map(taskFromRow);
  }

  /** The tasks of a machine that have not ended. */
  async openTasksOn(instanceId: string): Promise<Task[]> {
    const rows = await this.#db
      .selectFrom('invocation_task')
      .selectAll()
      .where('instance_id', '=', instanceId)
      .where('deadline_at', 'is not', null)
      .execute();
    return rows.map(taskFromRow);
  }

  /**
   * The accounts for which something is to be sent by now, in order. Two look-ups in `task_due_of_account` for each account for which
   * anything waits: how much it is does not count.
   */
  async accountsDue(now: number): Promise<string[]> {
    const { rows } = await sql<{ uin: string }>`
      with recursive account(uin) as (
        select min(account_uin) from invocation_task where due_at is not null
        union all
        select (select min(account_uin) from invocation_task where due_at is not null and account_uin > uin)
        from account where uin is not null
      )
      select uin from account
      where exists (select 1 from invocation_task where account_uin = uin and due_at <= ${now})
    `.execute(this.#db);
    return rows.map((row) => row.uin);
  }

  /** The tasks of an account for which something is to be sent by now, the most overdue first, then in the order they were made. */
  async due(accountUin: string, now: number, most: number): Promise<Task[]> {
    const rows = await this.#db
      .selectFrom('invocation_task')
      .selectAll()
      .where('account_uin', '=', accountUin)
      .where('due_at', '<=', now)
      .orderBy('due_at')
      // which is the order in which they were made
      .orderBy(sql`rowid`)
      .limit(most)
      .execute();
    return rows.map(taskFromRow);
  }

  /** How many tasks wait for their start: of an account, and in all. */
  async backlog(accountUin: string): Promise<Backlog> {
    const { ofAccount, inAll } = await this.#db
      .selectFrom('backlog')
      .select((select) => [
        select.fn.sum<number | null>('waiting').filterWhere('account_uin', '=', accountUin).as('ofAccount'),
        select.fn.sum<number | null>('waiting').as('inAll'),
      ])
      .executeTakeFirstOrThrow();
    return { ofAccount: ofAccount ?? 0, inAll: inAll ?? 0 };
  }

  /** Tasks whose deadline has passed by now. */
  async overdue(now: number, most: number): Promise<Task[]> {
    const rows = await this.#db
      .selectFrom('invocation_task')
      .selectAll()
      .where('deadline_at', '<=', now)
      .orderBy('deadline_at')
      .limit(most)
      .execute();
    return rows.map(taskFromRow);
  }

  /** The earliest moment at which something is due or a deadline passes. */
  async nextMoment(column: 'due_at' | 'deadline_at'): Promise<number | undefined> {
    const { next } = await this.#db
      .selectFrom('invocation_task')
      .select((select) => select.fn.min(column).as('next'))
      .where(column, 'is not', null)
      .executeTakeFirstOrThrow();
    return next ?? undefined;
  }
}
