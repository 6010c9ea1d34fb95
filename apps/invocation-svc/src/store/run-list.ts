import type { Filter, Page } from '@muster/command';
import type { ExpressionBuilder, Kysely } from 'kysely';
import { commandSubject, type Invocation, type TaskBrief, UNSAVED } from '../domain/invocation.ts';
import type { Task } from '../domain/task.ts';
import { invocationFromRow } from './invocation-row.ts';
import type { Schema } from './schema.ts';
import { taskFromRow } from './task-row.ts';

/** Which runs or tasks of an account; no ids and no filters means all. */
export interface RunSelection {
  readonly accountUin: string;
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
}

/** What may be seen of a selection. */
export interface Sight {
  /** Command ids, and `*` for commands that are in no library. */
  readonly commands: readonly string[];
  /** Matters to tasks only. */
  readonly instanceIds: readonly string[];
}

type Joined = ExpressionBuilder<Schema, 'invocation' | 'invocation_task'>;

/** Lists runs and tasks, newest first. What a caller may not see is neither counted nor shown. */
export class RunList {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** The distinct commands of the selected runs. */
  async commandsOfRuns(selection: RunSelection): Promise<string[]> {
    const rows = await this.#runs(selection).select(['command_id', 'command_saved']).distinct().execute();
    return subjects(rows);
  }

  /** A page of the selected runs of these commands. */
  async runs(
    selection: RunSelection,
    commands: readonly string[],
    { limit, offset }: Page,
  ): Promise<{ total: number; runs: Invocation[] }> {
    if (commands.length === 0) return { total: 0, runs: [] };
    const seen = this.#runs(selection).where((where) => ofCommands(where as unknown as Joined, commands));
    const { total } = await seen.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await seen
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('invocation_id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return { total, runs: rows.map(invocationFromRow) };
  }

  /** The tasks of these runs in brief, by run. */
  async briefs(invocationIds: readonly string[]): Promise<Map<string, TaskBrief[]>> {
    if (invocationIds.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('invocation_task')
      .select(['invocation_id', 'invocation_task_id', 'status', 'instance_id', 'instance_name'])
      .where('invocation_id', 'in', invocationIds)
      .orderBy('position')
      .execute();
    const grouped = Map.groupBy(rows, (row) => row.invocation_id);
    return new Map([...grouped].map(([id, group]) => [id, group.map(brief)]));
  }

  /** The distinct commands and machines of the selected tasks. */
  async subjectsOfTasks(selection: RunSelection): Promise<Sight> {
    const commands = await this.#tasks(selection)
      .select(['invocation.command_id', 'invocation.command_saved'])
      .distinct()
      .execute();
    const instances = await this.#tasks(selection).select('invocation_task.instance_id').distinct().execute();
    return { commands: subjects(commands), instanceIds: instances.map((row) => row.instance_id) };
  }

  /** A page of the selected tasks of these commands on these machines. */
  async tasks(
    selection: RunSelection,
    { commands, instanceIds }: Sight,
    { limit, offset }: Page,
  ): Promise<{ total: number; tasks: Task[] }> {
    if (commands.length === 0 || instanceIds.length === 0) return { total: 0, tasks: [] };
    const seen = this.#tasks(selection)
      .where((where) => ofCommands(where, commands))
      .where('invocation_task.instance_id', 'in', instanceIds);
    const { total } = await seen.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await seen
      .selectAll('invocation_task')
      .orderBy('invocation_task.created_at', 'desc')
      .orderBy('invocation_task.invocation_task_id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return { total, tasks: rows.map(taskFromRow) };
  }

  #runs({ accountUin, ids, filters }: RunSelection) {
    let query = this.#db.selectFrom('invocation').where('account_uin', '=', accountUin);
    if (ids.length > 0) query = query.where('invocation_id', 'in', ids);
    for (const { name, values } of filters)
      query = query.where(RUN_COLUMN[name as keyof typeof RUN_COLUMN], 'in', values);
    return query;
  }

  #tasks({ accountUin, ids, filters }: RunSelection) {
    let query = this.#db
      .selectFrom('invocation_task')
      .innerJoin('invocation', 'invocation.invocation_id', 'invocation_task.invocation_id')
      .where('invocation_task.account_uin', '=', accountUin);
    if (ids.length > 0) query = query.where('invocation_task_id', 'in', ids);
    for (const { name, values } of filters)
      query = query.where(TASK_COLUMN[name as keyof typeof TASK_COLUMN], 'in', values);
    return query;
  }
}

/** The filters of DescribeInvocations. */
export const RUN_COLUMN = {
  'invocation-id': 'invocation_id',
  'command-id': 'command_id',
  'instance-kind': 'instance_kind',
} as const;

/** The filters of DescribeInvocationTasks. */
export const TASK_COLUMN = {
  'invocation-task-id': 'invocation_task.invocation_task_id',
  'invocation-id': 'invocation_task.invocation_id',
  'instance-id': 'invocation_task.instance_id',
  'command-id': 'invocation_task.command_id',
} as const;

function ofCommands(where: Joined, commands: readonly string[]) {
  const inLibrary = where.and([
    where('invocation.command_saved', '=', 1),
    where('invocation.command_id', 'in', commands),
  ]);
  return commands.includes(UNSAVED) ? where.or([inLibrary, where('invocation.command_saved', '=', 0)]) : inLibrary;
}

function subjects(rows: readonly { command_id: string; command_saved: number }[]): string[] {
  return [
    ...new Set(rows.map((row) => commandSubject({ commandId: row.command_id, commandSaved: row.command_saved === 1 }))),
  ];
}

function brief(row: {
  invocation_task_id: string;
  status: string;
  instance_id: string;
  instance_name: string;
}): TaskBrief {
  return {
    invocationTaskId: row.invocation_task_id,
    status: row.status as TaskBrief['status'],
    instanceId: row.instance_id,
    instanceName: row.instance_name,
  };
}
