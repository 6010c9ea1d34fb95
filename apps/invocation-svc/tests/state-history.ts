import { DatabaseSync } from 'node:sqlite';
import {
  illegalSteps,
  type RecordedStep,
  recordedSteps,
  recordStates,
  type StatefulTable,
} from '@muster/testkit/state-history';
import type { InvocationStatus } from '../src/domain/invocation-status.ts';
import { INVOCATION_STATUSES, isFinished } from '../src/domain/invocation-status.ts';
import { rollUp } from '../src/domain/roll-up.ts';
import { TASK_STATUSES, type TaskStatus, TRANSITIONS } from '../src/domain/task-status.ts';

const ENDS = INVOCATION_STATUSES.filter(isFinished);
const NEXT_OF_INVOCATION = {
  PENDING: ['RUNNING', 'CANCELLING', ...ENDS],
  RUNNING: ['CANCELLING', ...ENDS],
  // what was being cancelled has ended while others go on
  CANCELLING: ['RUNNING', ...ENDS],
  ...Object.fromEntries(ENDS.map((end) => [end, []])),
} satisfies Partial<Record<InvocationStatus, readonly InvocationStatus[]>>;

const TABLES: readonly StatefulTable[] = [
  {
    table: 'invocation_task',
    id: 'invocation_task_id',
    state: 'status',
    first: 'PENDING',
    steps: Object.fromEntries(TASK_STATUSES.map((from) => [from, Object.values(TRANSITIONS[from])])),
  },
  { table: 'invocation', id: 'invocation_id', state: 'status', first: 'PENDING', steps: NEXT_OF_INVOCATION },
];

/** Has the store keep every state that tasks and runs go through. A service that runs on it must be another process. */
export function recordHistory(file: string): void {
  recordStates(file, TABLES);
}

/** What was recorded since then. */
export function historyOf(file: string): RecordedStep[] {
  return recordedSteps(file, TABLES);
}

/** Throws when a stopped service did what cannot be, or left what does not fit together. */
export function checkHistory(file: string): void {
  const faults = [...illegalSteps(file, TABLES), ...contradictions(file)];
  if (faults.length > 0) throw new Error(`the history of ${file} is impossible:\n${faults.join('\n')}`);
}

function contradictions(file: string): string[] {
  using store = new DatabaseSync(file, { timeout: 5_000 });
  const tasks = store.prepare('select * from invocation_task').all() as unknown as {
    invocation_task_id: string;
    invocation_id: string;
    status: TaskStatus;
    exit_code: number | null;
    error_info: string;
    start_time: number | null;
    end_time: number | null;
    due_at: number | null;
    deadline_at: number | null;
  }[];
  const runs = store.prepare('select invocation_id, status, task_count, end_time from invocation').all() as unknown as {
    invocation_id: string;
    status: InvocationStatus;
    task_count: number;
    end_time: number | null;
  }[];
  const faults: string[] = [];
  const require = (holds: boolean, id: string, what: string) => void (holds || faults.push(`${id} ${what}`));
  for (const task of tasks) {
    const { invocation_task_id: id, status } = task;
    const final = Object.keys(TRANSITIONS[status]).length === 0;
    require((status === 'SUCCESS') === (task.exit_code === 0), id, `is ${status} with exit code ${task.exit_code}`);
    require(!final || status === 'SUCCESS' || task.error_info !== '', id, `is ${status} and does not say why`);
    require(final === (task.end_time !== null), id, `is ${status} and its end is ${task.end_time}`);
    require(final === (task.deadline_at === null), id, `is ${status} and has the deadline ${task.deadline_at}`);
    require(!final || task.due_at === null, id, `is ${status} and something is to be sent for it`);
  }
  const waiting = store
    .prepare(`
      select account_uin as account, sum(kept) as kept, sum(counted) as counted from (
        select account_uin, waiting as kept, 0 as counted from backlog
        union all
        select account_uin, 0, 1 from invocation_task where status in ('PENDING', 'DELIVERING', 'DELIVER_DELAYED')
      ) group by account_uin`)
    .all() as unknown as { account: string; kept: number; counted: number }[];
  for (const { account, kept, counted } of waiting) {
    require(kept === counted, `account ${account}`, `has ${counted} tasks that wait and says ${kept}`);
  }
  const ofRun = Map.groupBy(tasks, (task) => task.invocation_id);
  for (const { invocation_id: id, status, task_count, end_time } of runs) {
    const statuses = (ofRun.get(id) ?? []).map((task) => task.status);
    require(statuses.length === task_count, id, `has ${statuses.length} tasks and says ${task_count}`);
    require(rollUp(statuses) === status, id, `is ${status}, its tasks are ${statuses.join(', ')}`);
    require(isFinished(status) === (end_time !== null), id, `is ${status} and its end is ${end_time}`);
  }
  return faults;
}
