import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { ResultReportSchema, TaskOrderSchema, TaskOutcome } from '@muster/contract';
import { isId, randomText } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import { writeDurably } from './durable.ts';
import { TaskFolder, takePermitIn } from './task-folder.ts';

/** Entries that are kept aside for whoever wants to know what happened to them. */
const ASIDE_MAX = 20;
const DAY_MS = 86_400_000;

/** What loading needs. */
export interface LoadOptions {
  readonly tasks: string;
  /** The folder for entries that do not hold together. */
  readonly aside: string;
  readonly instanceId: string;
  readonly maxDays: number;
  readonly logger: Logger;
}

/** The tasks of a journal, oldest claim first: who waited before a restart waits no longer because of it. An entry that does not hold together never keeps the others from their turn. */
export async function loadTasks(options: LoadOptions): Promise<{ found: TaskFolder[]; corrupt: string[] }> {
  const { tasks, logger } = options;
  const found: TaskFolder[] = [];
  const corrupt: string[] = [];
  for (const id of oldestFirst(tasks)) {
    const path = join(tasks, id);
    try {
      if (isClaimed(path)) found.push(new TaskFolder(path, id));
      // an unfinished claim never asked to start, so nothing is lost: the service sends it again
      else rmSync(path, { recursive: true, force: true });
    } catch (error) {
      const aside = setAside(path, id, options);
      corrupt.push(id);
      logger.error(
        { err: error, invocationTaskId: id, aside },
        'set a journal entry aside that does not hold together',
      );
      const instead = await replace(aside, id, options, error).catch((err) =>
        logger.error(
          { err, invocationTaskId: id },
          'the end of a task with a corrupt journal entry could not be noted',
        ),
      );
      if (instead) found.push(instead);
    }
  }
  forgetOldest(options);
  return { found, corrupt };
}

function oldestFirst(tasks: string): string[] {
  return readdirSync(tasks)
    .map((id) => ({ id, claimedMs: claimedMs(join(tasks, id)) }))
    .sort((one, other) => one.claimedMs - other.claimedMs)
    .map(({ id }) => id);
}

/** When it was claimed; 0 for what does not hold together, which is dealt with where it is read. */
function claimedMs(path: string): number {
  try {
    return statSync(join(path, 'claim')).mtimeMs;
  } catch {
    return 0;
  }
}

/** Whether the claim was completed. */
function isClaimed(path: string): boolean {
  return ['order', 'claim'].every((name) => existsSync(join(path, name)));
}

function setAside(path: string, id: string, { aside: folder }: LoadOptions): string {
  const aside = join(folder, `${id}.${randomText(6)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  renameSync(path, aside);
  return aside;
}

/**
 * Puts an entry in its place that has nothing but the end of the task: its script may have run, and how it ended cannot be known. None where
 * the script was never started, for the service has that task started or ended without it, and none where the claim is unreadable: what is
 * missing from hello the service ends itself.
 */
async function replace(
  aside: string,
  id: string,
  { tasks, instanceId }: LoadOptions,
  cause: unknown,
): Promise<TaskFolder | undefined> {
  if (!isId(id, 'invt') || takePermitIn(aside)) return undefined;
  const claim = readFileSync(join(aside, 'claim'), 'utf8').trim();
  if (!/^[\w-]{1,64}$/.test(claim)) return undefined;
  const order = create(TaskOrderSchema, { invocationTaskId: id, instanceId });
  const why = cause instanceof Error ? cause.message : String(cause);
  const result = create(ResultReportSchema, {
    invocationTaskId: id,
    claim,
    outcome: TaskOutcome.INTERRUPTED,
    exitCode: -1,
    errorInfo: `INTERRUPTED: the agent's journal entry of the task is corrupt (${why}), so its end cannot be known`,
  });
  const instead = join(aside, 'instead');
  mkdirSync(instead, { mode: 0o700 });
  await writeDurably(join(instead, 'order'), toBinary(TaskOrderSchema, order));
  await writeDurably(join(instead, 'claim'), claim);
  await writeDurably(join(instead, 'result'), toBinary(ResultReportSchema, result));
  renameSync(instead, join(tasks, id));
  return new TaskFolder(join(tasks, id), id);
}

/** Lets go of what was set aside long ago, or is too much. */
function forgetOldest({ aside, maxDays, logger }: LoadOptions): void {
  if (!existsSync(aside)) return;
  const entries = readdirSync(aside)
    .map((name) => ({ name, sinceMs: statSync(join(aside, name)).ctimeMs }))
    .sort((a, b) => b.sinceMs - a.sinceMs);
  entries.forEach(({ name, sinceMs }, index) => {
    if (index < ASIDE_MAX && Date.now() - sinceMs < maxDays * DAY_MS) return;
    rmSync(join(aside, name), { recursive: true, force: true });
    logger.warn({ entry: name }, 'removed a corrupt journal entry that was set aside');
  });
}
