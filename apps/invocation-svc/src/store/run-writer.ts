import { failPoint } from '@muster/telemetry';
import { sql, type Transaction } from 'kysely';
import type { CommandTraits, Invocation } from '../domain/invocation.ts';
import { type InvocationStatus, isFinished } from '../domain/invocation-status.ts';
import { rollUp } from '../domain/roll-up.ts';
import type { RunChange, TaskOutput } from '../domain/run-change.ts';
import type { LateResult, Task } from '../domain/task.ts';
import { isFinal, isWaiting, TASK_STATUSES, type TaskStatus } from '../domain/task-status.ts';
import { countRun } from './history-count.ts';
import { invocationToRow } from './invocation-row.ts';
import { OutputWriter } from './output-writer.ts';
import { RunReader } from './run-reader.ts';
import type { Schema } from './schema.ts';
import { TagStore } from './tag-store.ts';
import { taskState, taskToRow } from './task-row.ts';

/** What a unit of work knows of a run that it touches. */
interface Touched {
  sequence: number;
  readonly status: InvocationStatus;
  readonly startTime: number | null;
  /** When a task of it changed its status last; undefined when none did. */
  changedAt?: number;
  /** When the first task started that started now; undefined when none did. */
  startedAt?: number;
}

/** Changes runs and their tasks; exists only inside a transaction, and must be settled at its end. */
export class RunWriter extends RunReader {
  readonly #trx: Transaction<Schema>;
  readonly #outputs: OutputWriter;
  readonly #touched = new Map<string, Touched>();
  readonly #changes: RunChange[] = [];
  /** How many tasks more wait for their start, by account. */
  readonly #backlog = new Map<string, number>();

  constructor(trx: Transaction<Schema>) {
    super(trx);
    this.#trx = trx;
    this.#outputs = new OutputWriter(trx);
  }

  /** Saves a new run with its tasks, what its command is now, and what machines are to run. */
  async insert(
    invocation: Invocation,
    tasks: readonly Task[],
    command: CommandTraits,
    sealedScript: Uint8Array,
  ): Promise<void> {
    await this.#trx
      .insertInto('invocation')
      .values(invocationToRow(invocation, command, sealedScript))
      .execute();
    await new TagStore(this.#trx, 'invocation_command_tag').replace(invocation.invocationId, command.tags);
    // SQLite bounds the parameters of a statement
    for (let from = 0; from < tasks.length; from += 100) {
      await this.#trx
        .insertInto('invocation_task')
        .values(tasks.slice(from, from + 100).map((task) => taskToRow(task, command)))
        .execute();
      await failPoint('run.mid-insert');
    }
    this.#addToBacklog(invocation.accountUin, tasks.length);
    await countRun(this.#trx, { ...invocation, instanceIds: tasks.map((task) => task.instanceId) });
    const { invocationId, sequence } = invocation;
    this.#changes.push({ kind: 'created', invocationId, sequence, invocation, taskCount: tasks.length });
  }

  /** Puts `task` in the place of `before`, if that is still what is stored. */
  async change(before: Task, task: Task): Promise<void> {
    const { numUpdatedRows } = await this.#trx
      .updateTable('invocation_task')
      .set(taskState(task))
      .where('invocation_task_id', '=', before.invocationTaskId)
      .where('status', '=', before.status)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`task ${before.invocationTaskId} is no longer ${before.status}`);
    // when something is sent next is nobody's news
    if (task.status === before.status) return;
    if (isWaiting(before.status) && !isWaiting(task.status)) this.#addToBacklog(task.accountUin, -1);
    if (isFinal(task.status)) await this.#outputs.ended(task.invocationTaskId, task.updatedAt);
    const run = await this.#touch(task.invocationId);
    run.changedAt = Math.max(run.changedAt ?? 0, task.updatedAt);
    if (before.startTime === undefined) run.startedAt ??= task.startTime;
    this.#changes.push({ kind: 'task', invocationId: task.invocationId, sequence: ++run.sequence, task });
  }

  /** Keeps what was heard of a task that has ended, beside its state. */
  async keepLate(task: Task, late: LateResult): Promise<void> {
    await this.change(task, task);
    const run = await this.#touch(task.invocationId);
    this.#changes.push({ kind: 'late', invocationId: task.invocationId, sequence: ++run.sequence, task, late });
  }

  /** Stores what a task wrote; `task` already counts it. */
  async append(task: Task, output: TaskOutput): Promise<void> {
    await this.#outputs.append(output);
    await this.#trx
      .updateTable('invocation_task')
      .set({ stdout_length: task.stdoutLength, stderr_length: task.stderrLength, deadline_at: task.deadlineAt ?? null })
      .where('invocation_task_id', '=', task.invocationTaskId)
      .execute();
    const run = await this.#touch(task.invocationId);
    this.#changes.push({ kind: 'output', invocationId: task.invocationId, sequence: ++run.sequence, output });
  }

  /** Makes all that is to be sent to a machine due at this moment, so that it goes out in the order it was made; also what waits for its return. */
  async makeDue(instanceId: string, at: number): Promise<void> {
    await this.#trx
      .updateTable('invocation_task')
      .set({ due_at: at })
      .where('instance_id', '=', instanceId)
      // which is what the index of open tasks has
      .where('deadline_at', 'is not', null)
      .where((where) =>
        where.or([
          where('due_at', '<>', at),
          where.and([where('due_at', 'is', null), where('status', 'in', TASK_STATUSES.filter(isWaiting))]),
        ]),
      )
      .execute();
  }

  /** Derives the touched runs from their tasks, stores how far their counts have come, and gives everything that changed, in order. */
  async settle(): Promise<readonly RunChange[]> {
    for (const [invocationId, run] of this.#touched) await this.#settleRun(invocationId, run);
    for (const [accountUin, waiting] of this.#backlog) await this.#settleBacklog(accountUin, waiting);
    return this.#changes;
  }

  #addToBacklog(accountUin: string, waiting: number): void {
    this.#backlog.set(accountUin, (this.#backlog.get(accountUin) ?? 0) + waiting);
  }

  async #settleBacklog(accountUin: string, waiting: number): Promise<void> {
    await this.#trx
      .insertInto('backlog')
      .values({ account_uin: accountUin, waiting })
      .onConflict((conflict) => conflict.column('account_uin').doUpdateSet({ waiting: sql`waiting + ${waiting}` }))
      .execute();
  }

  async #touch(invocationId: string): Promise<Touched> {
    const known = this.#touched.get(invocationId);
    if (known) return known;
    const row = await this.#trx
      .selectFrom('invocation')
      .select(['sequence', 'status', 'start_time'])
      .where('invocation_id', '=', invocationId)
      .executeTakeFirstOrThrow();
    const run = { sequence: row.sequence, status: row.status as InvocationStatus, startTime: row.start_time };
    this.#touched.set(invocationId, run);
    return run;
  }

  async #settleRun(invocationId: string, run: Touched): Promise<void> {
    const now = run.changedAt;
    const status = now === undefined ? run.status : rollUp(await this.#statuses(invocationId));
    const changed = status !== run.status;
    if (changed) run.sequence++;
    await this.#trx
      .updateTable('invocation')
      .set({
        sequence: run.sequence,
        ...(now === undefined ? {} : { updated_at: now }),
        ...(changed ? { status } : {}),
        ...(run.startTime === null && run.startedAt !== undefined ? { start_time: run.startedAt } : {}),
        ...(changed && isFinished(status) ? { end_time: now ?? null } : {}),
      })
      .where('invocation_id', '=', invocationId)
      .execute();
    if (!changed) return;
    const [invocation] = await this.invocations([invocationId]);
    if (invocation) this.#changes.push({ kind: 'invocation', invocationId, sequence: run.sequence, invocation });
  }

  /** Those that its tasks have: one look-up for each status there is, however many tasks there are. */
  async #statuses(invocationId: string): Promise<TaskStatus[]> {
    const { rows } = await sql<{ status: TaskStatus }>`
      select known.value as status from json_each(${JSON.stringify(TASK_STATUSES)}) as known
      where exists (select 1 from invocation_task where invocation_id = ${invocationId} and status = known.value)
    `.execute(this.#trx);
    return rows.map((row) => row.status);
  }
}
