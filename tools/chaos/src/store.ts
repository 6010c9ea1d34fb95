import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RunFact, TaskFact } from './facts.ts';

/** A task as the store has it. */
export type StoredTask = Omit<TaskFact, 'stdout' | 'stderr'>;

const UNFINISHED = "('PENDING', 'DELIVERING', 'DELIVER_DELAYED', 'RUNNING', 'CANCELLING')";

/** Reads the stores of a constellation from outside, while its services use them. */
export class Stores implements Disposable {
  readonly #invocation: DatabaseSync;
  readonly #iam: DatabaseSync;
  readonly #folder: string;

  /** Undefined where services have not made them yet. */
  static openIfThere(folder: string): Stores | undefined {
    const made = ['iam-svc/iam.db', 'invocation-svc/invocation.db'].every((file) => existsSync(join(folder, file)));
    return made ? new Stores(folder) : undefined;
  }

  constructor(folder: string) {
    this.#folder = folder;
    const open = (service: string, file: string) =>
      new DatabaseSync(join(folder, service, file), { readOnly: true, timeout: 5_000 });
    this.#invocation = open('invocation-svc', 'invocation.db');
    this.#iam = open('iam-svc', 'iam.db');
  }

  /** How many tasks are in each state. */
  states(): Record<string, number> {
    const rows = this.#invocation
      .prepare('select status, count(*) as count from invocation_task group by status')
      .all() as { status: string; count: number }[];
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  /** How many tasks have not ended. */
  unfinished(): number {
    const row = this.#invocation
      .prepare(`select count(*) as count from invocation_task where status in ${UNFINISHED}`)
      .get() as { count: number };
    return row.count;
  }

  runs(): RunFact[] {
    return this.#invocation
      .prepare('select invocation_id as invocationId, command_name as call, task_count as tasks from invocation')
      .all() as unknown as RunFact[];
  }

  tasks(): StoredTask[] {
    return this.#invocation
      .prepare(
        `select t.invocation_task_id as taskId, i.command_name as call, t.status as status, t.exit_code as exitCode,
          t.error_info as errorInfo, t.discarded as discarded, t.stdout_length as stdoutLength,
          t.stderr_length as stderrLength
        from invocation_task t join invocation i on i.invocation_id = t.invocation_id`,
      )
      .all() as unknown as StoredTask[];
  }

  /** Ids of the requests that are on record as allowed. */
  allowedRequests(): string[] {
    const rows = this.#iam
      .prepare("select distinct json_extract(detail, '$.requestId') as id from audit_record where outcome = 'allowed'")
      .all() as { id: string }[];
    return rows.map(({ id }) => id);
  }

  /** What the machines' agents hold, or set aside. */
  journals(): { machine: string; entry: string }[] {
    const machines = join(this.#folder, 'machines');
    return readdirSync(machines).flatMap((machine) =>
      ['tasks', 'corrupt'].flatMap((part) => {
        const path = join(machines, machine, 'journal', part);
        return existsSync(path) ? readdirSync(path).map((name) => ({ machine, entry: `${part}/${name}` })) : [];
      }),
    );
  }

  [Symbol.dispose](): void {
    this.#invocation.close();
    this.#iam.close();
  }
}
