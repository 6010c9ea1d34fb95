import type { Filter, Page } from '@muster/command';
import type { ResourcePlan } from '@muster/kernel';
import type { Kysely } from 'kysely';
import type { Invocation, TaskBrief } from '../domain/invocation.ts';
import type { Task } from '../domain/task.ts';
import { invocationFromRow } from './invocation-row.ts';
import type { Schema } from './schema.ts';
import { taskFromRow } from './task-row.ts';
import { commandFilter, type InstancePlans, instanceFilter } from './visible.ts';

/** Which runs or tasks of an account; no ids and no filters means all. */
export interface RunSelection {
  readonly accountUin: string;
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
}

/** How many tasks a list of runs shows of each. */
const BRIEFS_MAX = 200;

/** What may be seen of tasks: those whose command and whose machine may be. */
export interface TaskPlans {
  readonly commands: ResourcePlan;
  readonly instances: InstancePlans;
}

/** Lists runs and tasks, newest first. What a caller may not see is neither counted nor shown. */
export class RunList {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** The ids of the selected runs. */
  async runIds(selection: RunSelection): Promise<string[]> {
    const rows = await this.#runs(selection).select('invocation_id').execute();
    return rows.map((row) => row.invocation_id);
  }

  /** A page of the selected runs whose command may be seen. */
  async runs(
    selection: RunSelection,
    visible: ResourcePlan,
    { limit, offset }: Page,
  ): Promise<{ total: number; runs: Invocation[] }> {
    const seen = this.#runs(selection).where(commandFilter(visible, 'invocation'));
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

  /** The first tasks of these runs in brief, by run. */
  async briefs(invocationIds: readonly string[]): Promise<Map<string, TaskBrief[]>> {
    if (invocationIds.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('invocation_task')
      .select(['invocation_id', 'invocation_task_id', 'status', 'instance_id', 'instance_name'])
      .where('invocation_id', 'in', invocationIds)
      .where('position', '<', BRIEFS_MAX)
      .orderBy('position')
      .execute();
    const grouped = Map.groupBy(rows, (row) => row.invocation_id);
    return new Map([...grouped].map(([id, group]) => [id, group.map(brief)]));
  }

  /** The run and the machine of each selected task. */
  async placesOfTasks(selection: RunSelection): Promise<{ invocationId: string; instanceId: string }[]> {
    return this.#tasks(selection).select(['invocation_id as invocationId', 'instance_id as instanceId']).execute();
  }

  /** A page of the selected tasks that may be seen. */
  async tasks(
    selection: RunSelection,
    { commands, instances }: TaskPlans,
    { limit, offset }: Page,
  ): Promise<{ total: number; tasks: Task[] }> {
    const seen = this.#tasks(selection)
      .where(commandFilter(commands, 'invocation_task'))
      .where(instanceFilter(instances, 'invocation_task.instance_id'));
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
  'command-created-by': 'command_created_by',
  'invocation-status': 'status',
  'invoker-id': 'invoker_id',
  'parent-invocation-id': 'parent_invocation_id',
  'instance-kind': 'instance_kind',
} as const;

/** The filters of DescribeInvocationTasks. */
const TASK_COLUMN = {
  'invocation-task-id': 'invocation_task_id',
  'invocation-id': 'invocation_id',
  'instance-id': 'instance_id',
  'task-status': 'status',
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
