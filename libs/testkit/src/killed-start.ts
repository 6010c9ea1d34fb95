import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Migrations } from '@muster/db';
import { openStore } from '@muster/db';
import { sql } from 'kysely';

/** A service's migrations, and a program that opens its store: arguments are the file and what `armFailPoints` takes. */
export interface MigratedService {
  readonly program: string;
  readonly migrations: Migrations;
  readonly rewrittenAfter?: readonly string[];
}

/** Everything in a store's file: its schema word for word, and every row of every table but the times of migrations. */
export async function storeContent(file: string, { migrations, rewrittenAfter = [] }: MigratedService) {
  const db = await openStore<Record<string, never>>({ file, migrations, rewrittenAfter });
  const tables = await sql<{
    name: string;
    sql: string | null;
  }>`select name, sql from sqlite_master order by name`.execute(db);
  const rows: Record<string, unknown> = {};
  for (const { name, sql: text } of tables.rows) {
    if (!text?.startsWith('create table')) continue;
    const columns = name === 'kysely_migration' ? sql`name` : sql`*`;
    rows[name] = (await sql`select ${columns} from ${sql.table(name)}`.execute(db)).rows;
  }
  const rewritten = (await sql`pragma user_version`.execute(db)).rows;
  await db.destroy();
  return { schema: tables.rows, rows, rewritten };
}

/**
 * Kills the start of a service (a real process, SIGKILL) at step after step of its migrations, `every` steps apart, until one is too far to be
 * reached, and starts it again after each. Answers how many starts were killed, and what was in the store after each second start. `before`
 * is a folder with a store called `store.db`, or an empty one.
 */
export async function killStartAtSteps(
  service: MigratedService,
  { folder, before, every }: { folder: string; before: string; every: number },
): Promise<{ killed: number; contents: unknown[] }> {
  const contents: unknown[] = [];
  for (let step = 1; ; step += every) {
    const copy = join(folder, `killed-${step}`);
    mkdirSync(copy);
    cpSync(before, copy, { recursive: true });
    const file = join(copy, 'store.db');
    const killed = await start(service.program, file, `migration.step:kill:${step}`);
    // reading the store is what starts again: it opens it as the service does
    contents.push(await storeContent(file, service));
    rmSync(copy, { recursive: true });
    if (!killed) return { killed: contents.length - 1, contents };
  }
}

/** A folder's files, byte for byte: nothing of a migration may be among them before all of it is. */
export function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => !name.endsWith('-shm'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));
}

/** True when it was killed; throws when it ended in any other way than well. */
async function start(program: string, file: string, failPoints: string): Promise<boolean> {
  const child = fork(program, [file, failPoints], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (signal === 'SIGKILL') return true;
  if (code !== 0) throw new Error(`the store could not be opened: exit code ${code}`);
  return false;
}
