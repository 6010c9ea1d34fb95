import type { Kysely } from 'kysely';
import type { Task } from '../domain/task.ts';
import type { TaskPlans } from './run-list.ts';
import type { Schema } from './schema.ts';
import { taskFromRow } from './task-row.ts';
import { commandFilter, instanceFilter } from './visible.ts';

const PAGE = 100;

/** The tasks of a run that may be seen, in the order of the run; a page of them is held at a time. */
export async function* visibleTasks(
  db: Kysely<Schema>,
  invocationId: string,
  { commands, instances }: TaskPlans,
): AsyncGenerator<Task> {
  for (let after = -1; ; ) {
    const rows = await db
      .selectFrom('invocation_task')
      .selectAll()
      .where('invocation_id', '=', invocationId)
      .where('position', '>', after)
      .where(commandFilter(commands, 'invocation_task'))
      .where(instanceFilter(instances, 'invocation_task.instance_id'))
      .orderBy('position')
      .limit(PAGE)
      .execute();
    yield* rows.map(taskFromRow);
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.position;
  }
}
