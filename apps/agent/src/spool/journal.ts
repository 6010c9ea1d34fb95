import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomText } from '@muster/kernel';
import { failPoint, type Logger } from '@muster/telemetry';
import { syncFolder, writeDurably, writeWhole } from './durable.ts';
import { type JournalLimits, JournalRoom } from './journal-room.ts';
import { loadTasks } from './load-tasks.ts';
import { NotedIds } from './noted-ids.ts';
import { TaskFolder } from './task-folder.ts';

/** What the agent must not forget: the tasks it holds, the ids of those that are over, and its own age. */
export interface Journal {
  /** Made with the journal: a new one tells the service that the memory of tasks is gone. */
  readonly id: string;
  /** The tasks found when it was opened. */
  readonly found: readonly TaskFolder[];
  /** Those whose entries did not hold together: of their scripts nobody may be left running. */
  readonly corrupt: readonly string[];
  readonly finished: NotedIds;
  /** Sessions that were opened here. */
  readonly sessions: NotedIds;
  /**
   * Puts a task on disk before anything is done about it; undefined when it is there already. Throws JournalFull when the journal holds as
   * much as it may, and the system's error when the disk does not take it.
   */
  claim(id: string, order: Uint8Array): Promise<TaskFolder | undefined>;
}

/** What opening needs. */
export interface JournalOptions {
  readonly instanceId: string;
  readonly limits: JournalLimits;
  readonly logger: Logger;
}

/** How long the ids of sessions are kept: orders for them expire within minutes, and none is open for as long. */
const SESSIONS_KEPT_MS = 7 * 86_400_000;

/** Where the journal of a data directory is. */
export function journalFolder(dataDir: string): string {
  return join(dataDir, 'journal');
}

/** Opens the journal below the data directory, making it on the first call. Entries that do not hold together are set aside. */
export async function openJournal(dataDir: string, { instanceId, limits, logger }: JournalOptions): Promise<Journal> {
  const root = journalFolder(dataDir);
  const tasks = join(root, 'tasks');
  const room = new JournalRoom(tasks, limits);
  mkdirSync(tasks, { recursive: true, mode: 0o700 });
  const id = await ensureId(join(root, 'id'));
  return {
    id,
    ...(await loadTasks({ tasks, aside: join(root, 'corrupt'), instanceId, maxDays: limits.days, logger })),
    finished: new NotedIds(join(root, 'finished')),
    sessions: new NotedIds(join(root, 'sessions'), { keepMs: SESSIONS_KEPT_MS }),
    async claim(taskId, order) {
      const path = join(tasks, taskId);
      if (existsSync(path)) return undefined;
      room.demand();
      await mkdir(path, { mode: 0o700 });
      try {
        await Promise.all([
          writeWhole(join(path, 'order'), order),
          writeWhole(join(path, 'claim'), randomText(20)),
          syncFolder(tasks),
        ]);
        await syncFolder(path);
      } catch (error) {
        await rm(path, { recursive: true, force: true });
        throw error;
      }
      await failPoint('agent.after-claim');
      return new TaskFolder(path, taskId);
    },
  };
}

async function ensureId(file: string): Promise<string> {
  if (!existsSync(file)) await writeDurably(file, randomText(20));
  return readFileSync(file, 'utf8').trim();
}
