import Database from 'better-sqlite3';

const TASKS_OF_RUN = 10;
const COMMANDS = 100;
const MACHINES = 1_000;

/** Fills a stopped service's store with copies of its newest run until there are `tasks` tasks: 10 a run, of 100 commands on 1,000 machines. */
export function seedHistory(file: string, tasks: number): void {
  const db = new Database(file);
  try {
    const runs = tasks / TASKS_OF_RUN;
    db.exec('pragma synchronous = off; begin');
    const command = (run: string) => `printf('cmd-%08d', ${run} % ${COMMANDS})`;
    copy(db, 'invocation', {
      from: `(select * from invocation order by created_at desc limit 1) t, (${numbers(runs)})`,
      change: {
        invocation_id: `printf('inv-s%07d', n)`,
        command_id: command('n'),
        command_subject: command('n'),
        created_at: 't.created_at + n',
      },
    });
    copy(db, 'invocation_task', {
      from: `(select * from invocation_task order by created_at desc limit 1) t, (${numbers(tasks)})`,
      change: {
        invocation_task_id: `printf('invt-s%07d', n)`,
        invocation_id: `printf('inv-s%07d', n / ${TASKS_OF_RUN})`,
        position: `n % ${TASKS_OF_RUN}`,
        command_id: command(`(n / ${TASKS_OF_RUN})`),
        command_subject: command(`(n / ${TASKS_OF_RUN})`),
        instance_id: `printf('ins-%08d', n % ${MACHINES})`,
        created_at: `t.created_at + n / ${TASKS_OF_RUN}`,
      },
    });
    count(db);
    db.exec('commit; analyze; pragma wal_checkpoint(truncate)');
  } finally {
    db.close();
  }
}

/** Copies a row with some columns changed. */
function copy(
  db: Database.Database,
  table: string,
  { from, change }: { from: string; change: Readonly<Record<string, string>> },
): void {
  const columns = (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
  const values = columns.map((column) => change[column] ?? `t.${column}`);
  db.exec(`insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} from ${from}`);
}

function numbers(count: number): string {
  return `with recursive c(n) as (select 0 union all select n + 1 from c where n < ${count - 1}) select n from c`;
}

/** What the service would have counted on the way. */
function count(db: Database.Database): void {
  const counted = {
    invocation: ['command_id', 'command_created_by', 'instance_kind'],
    invocation_task: ['command_id', 'instance_id'],
  };
  db.exec('delete from history_count');
  for (const [table, columns] of Object.entries(counted)) {
    for (const column of ["''", ...columns]) {
      const name = column === "''" ? "''" : `'${column}'`;
      db.exec(
        `insert into history_count select account_uin, '${table}', ${name}, ${column}, count(*) from ${table} group by 1, 4`,
      );
    }
  }
}
