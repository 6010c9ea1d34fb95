import type { Filter, Page } from '@muster/command';
import type { Kysely } from 'kysely';
import type { Invocation, TaskBrief } from '../domain/invocation.ts';
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

/** Lists runs and tasks, newest first. What a caller may not see is neither counted nor shown. */
export class RunList {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** The distinct commands of the selected runs. */
  async commandsOfRuns(selection: RunSelection): Promise<string[]> {
    const rows = await this.#runs(selection).select('command_subject').distinct().execute();
    return rows.map((row) => row.command_subject);
  }

  /** A page of the selected runs of these commands. */
  async runs(
    selection: RunSelection,
    commands: readonly string[],
    { limit, offset }: Page,
  ): Promise<{ total: number; runs: Invocation[] }> {
    if (commands.length === 0) return { total: 0, runs: [] };
    const seen = this.#runs(selection).where('command_subject', 'in', commands);
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
    const commands = await this.#tasks(selection).select('command_subject').distinct().execute();
    const instances = await this.#tasks(selection).select('instance_id').distinct().execute();
    return {
      commands: commands.map((row) => row.command_subject),
      instanceIds: instances.map((row) => row.instance_id),
    };
  }

  /** A page of the selected tasks of these commands on these machines. */
  async tasks(
    selection: RunSelection,
    { commands, instanceIds }: Sight,
    { limit, offset }: Page,
  ): Promise<{ total: number; tasks: Task[] }> {
    if (commands.length === 0 || instanceIds.length === 0) return { total: 0, tasks: [] };
    const seen = this.#tasks(selection)
      .where('command_subject', 'in', commands)
      .where('instance_id', 'in', instanceIds);
    const { total } = await seen.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await seen
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('invocation_task_id', 'desc')
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
    let query = this.#db.selectFrom('invocation_task').where('account_uin', '=', accountUin);
    if (ids.length > 0) query = query.where('invocation_task_id', 'in', ids);
    for (const { name, values } of filters)
      query = query.where(TASK_COLUMN[name as keyof typeof TASK_COLUMN], 'in', values);
    return query;
  }
}

/** The filters of DescribeInvocations. */
const RUN_COLUMN = {
  'invocation-id': 'invocation_id',
  'command-id': 'command_id',
  'instance-kind': 'instance_kind',
} as const;

/** The filters of DescribeInvocationTasks. */
const TASK_COLUMN = {
  'invocation-task-id': 'invocation_task_id',
  'invocation-id': 'invocation_id',
  'instance-id': 'instance_id',
  'command-id': 'command_id',
} as const;

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
