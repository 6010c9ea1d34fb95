import { createHash } from 'node:crypto';
import type { Filter, Page } from '@muster/command';
import type { ResourcePlan } from '@muster/kernel';
import { type Kysely, type SqlBool, sql } from 'kysely';
import { BRIEFS_MAX, type Invocation, type TaskBrief } from '../domain/invocation.ts';
import type { Task } from '../domain/task.ts';
import { type Counted, countedTotal } from './history-count.ts';
import { invocationFromRow } from './invocation-row.ts';
import { type Mark, PageMarks } from './page-marks.ts';
import type { Schema } from './schema.ts';
import { taskFromRow } from './task-row.ts';
import { commandFilter, type InstancePlans, instanceFilter } from './visible.ts';

/** Which runs or tasks of an account; no ids and no filters means all. */
export interface RunSelection {
  readonly accountUin: string;
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
}

/** What the order of the lists rests on. */
interface PagedRow {
  readonly created_at: number;
  readonly invocation_id: string;
  readonly invocation_task_id?: string;
}

/** What may be seen of tasks: those whose command and whose machine may be. */
export interface TaskPlans {
  readonly commands: ResourcePlan;
  readonly instances: InstancePlans;
}

/** Lists runs and tasks, newest first. What a caller may not see is neither counted nor shown. */
export class RunList {
  readonly #db: Kysely<Schema>;
  readonly #marks = new PageMarks();

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
    page: Page,
  ): Promise<{ total: number; runs: Invocation[] }> {
    const seen = this.#runs(selection).where(commandFilter(visible, 'invocation'));
    const total =
      (visible.kind === 'always' ? await this.#counted('invocation', selection) : undefined) ??
      (await seen.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()).total;
    const rows = await this.#page(listName('invocation', selection, visible), { ...page, total }, (from) => {
      const behind = from
        ? seen.where(sql<SqlBool>`(created_at, invocation_id) < (${from.createdAt}, ${from.id})`)
        : seen;
      return behind.selectAll().orderBy('created_at', 'desc').orderBy('invocation_id', 'desc');
    });
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
  async tasks(selection: RunSelection, plans: TaskPlans, page: Page): Promise<{ total: number; tasks: Task[] }> {
    const { commands, instances } = plans;
    const seen = this.#tasks(selection)
      .where(commandFilter(commands, 'invocation_task'))
      .where(instanceFilter(instances, 'invocation_task.instance_id'));
    const everything = [commands, ...Object.values(instances)].every(({ kind }) => kind === 'always');
    const total =
      (everything ? await this.#counted('invocation_task', selection) : undefined) ??
      (await seen.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()).total;
    const rows = await this.#page(listName('invocation_task', selection, plans), { ...page, total }, (from) => {
      const behind = from
        ? seen.where(sql<SqlBool>`(created_at, invocation_task_id) < (${from.createdAt}, ${from.id})`)
        : seen;
      return behind.selectAll().orderBy('created_at', 'desc').orderBy('invocation_task_id', 'desc');
    });
    return { total, tasks: rows.map(taskFromRow) };
  }

  /** How many rows the selection has, where that is counted. */
  async #counted(counted: Counted, { accountUin, ids, filters }: RunSelection): Promise<number | undefined> {
    if (ids.length > 0) return undefined;
    const columns: Readonly<Record<string, string>> = counted === 'invocation' ? RUN_COLUMN : TASK_COLUMN;
    const named = filters.map((filter) => ({ ...filter, column: columns[filter.name]! }));
    return countedTotal(this.#db, counted, { accountUin, filters: named });
  }

  /** A page of a list in its order; `behind` asks for the rows behind a mark. */
  async #page<R extends PagedRow>(
    list: string,
    page: Page & { readonly total: number },
    behind: (mark: Mark | undefined) => { limit(rows: number): { offset(rows: number): { execute(): Promise<R[]> } } },
  ): Promise<R[]> {
    const { limit, offset, total } = page;
    const mark = this.#marks.before(list, page);
    let rows = await behind(mark)
      .limit(limit)
      .offset(offset - (mark?.offset ?? 0))
      .execute();
    // the list has grown since the walk began: whoever goes on until the count is reached gets the last rows once more, not none for ever
    if (mark && rows.length < limit && offset + rows.length < total) {
      rows = await behind(undefined).limit(limit).offset(offset).execute();
    }
    const last = rows.at(-1);
    if (last && rows.length === limit) {
      const id = last.invocation_task_id ?? last.invocation_id;
      this.#marks.ended(list, page, { createdAt: last.created_at, id });
    }
    return rows;
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

/** Lists of the same rows for the same eyes have the same name. */
function listName(table: Counted, selection: RunSelection, visible: ResourcePlan | TaskPlans): string {
  return createHash('sha256')
    .update(JSON.stringify([table, selection, visible]))
    .digest('base64');
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
