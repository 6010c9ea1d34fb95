import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomText } from '@muster/kernel';
import { failPoint, type Logger } from '@muster/telemetry';
import { syncFolder, writeDurably, writeWhole } from './durable.ts';
import { FinishedIds } from './finished-ids.ts';
import { TaskFolder } from './task-folder.ts';

/** What makes a claim complete. */
const CLAIM = ['order', 'claim'];

/** What the agent must not forget: the tasks it holds, the ids of those that are over, and its own age. */
export interface Journal {
  /** Made with the journal: a new one tells the service that the memory of tasks is gone. */
  readonly id: string;
  /** The tasks found when it was opened. */
  readonly found: readonly TaskFolder[];
  readonly finished: FinishedIds;
  /** Puts a task on disk before anything is done about it; undefined when it is there already. Throws when the disk does not take it. */
  claim(id: string, order: Uint8Array): Promise<TaskFolder | undefined>;
}

/** Where the journal of a data directory is. */
export function journalFolder(dataDir: string): string {
  return join(dataDir, 'journal');
}

/** Opens the journal below the data directory, making it on the first call. Entries that do not hold together are set aside. */
export async function openJournal(dataDir: string, logger: Logger): Promise<Journal> {
  const root = journalFolder(dataDir);
  const tasks = join(root, 'tasks');
  mkdirSync(tasks, { recursive: true, mode: 0o700 });
  return {
    id: await ensureId(join(root, 'id')),
    found: loadTasks(tasks, join(root, 'corrupt'), logger),
    finished: new FinishedIds(join(root, 'finished')),
    async claim(id, order) {
      const path = join(tasks, id);
      try {
        await mkdir(path, { mode: 0o700 });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
        throw error;
      }
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
      return new TaskFolder(path, id);
    },
  };
}

async function ensureId(file: string): Promise<string> {
  if (!existsSync(file)) await writeDurably(file, randomText(20));
  return readFileSync(file, 'utf8').trim();
}

function loadTasks(folder: string, corrupt: string, logger: Logger): TaskFolder[] {
  return readdirSync(folder).flatMap((id) => {
    const path = join(folder, id);
    // an unfinished claim never asked to start, so nothing is lost: the service sends it again
    if (!CLAIM.every((name) => existsSync(join(path, name)))) {
      rmSync(path, { recursive: true, force: true });
      return [];
    }
    try {
      return [new TaskFolder(path, id)];
    } catch (error) {
      const aside = join(corrupt, `${id}.${randomText(6)}`);
      mkdirSync(corrupt, { recursive: true, mode: 0o700 });
      renameSync(path, aside);
      logger.error(
        { err: error, invocationTaskId: id, aside },
        'set a journal entry aside that does not hold together',
      );
      return [];
    }
  });
}
