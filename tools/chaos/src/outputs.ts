import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutputStream } from '@muster/contract';
import type { TaskFact } from './facts.ts';
import type { Load } from './load.ts';
import type { StoredTask } from './store.ts';

/** Streams read at once, and how often one is tried. */
const AT_ONCE = 8;
const TRIES = 5;

/** Reads the outputs of tasks as a user does. */
export async function readOutputs(
  caller: Pick<Load, 'client' | 'headers'>,
  tasks: readonly StoredTask[],
  signal: AbortSignal,
): Promise<TaskFact[]> {
  const facts: TaskFact[] = [];
  const waiting = tasks.values();
  const work = async () => {
    for (const task of waiting) {
      signal.throwIfAborted();
      facts.push({ ...task, ...(await readOutput(caller, task, signal)) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return facts;
}

async function readOutput(
  caller: Pick<Load, 'client' | 'headers'>,
  { taskId: invocationTaskId, stdoutLength, stderrLength }: StoredTask,
  signal: AbortSignal,
): Promise<Pick<TaskFact, 'stdout' | 'stderr'>> {
  for (let left = TRIES; left > 0; left--) {
    try {
      const headers = await caller.headers();
      const read = {
        stdout: { length: 0, hash: createHash('sha256') },
        stderr: { length: 0, hash: createHash('sha256') },
      };
      if (stdoutLength + stderrLength > 0) {
        for await (const { chunk } of caller.client.getTaskOutput({ invocationTaskId }, { signal, headers })) {
          const stream = read[chunk!.stream === OutputStream.STDOUT ? 'stdout' : 'stderr'];
          // a gap or a repetition gives another hash
          if (chunk!.offset !== stream.length) stream.hash.update(`offset ${chunk!.offset}`);
          stream.hash.update(chunk!.data);
          stream.length += chunk!.data.length;
        }
      }
      const fact = ({ length, hash }: (typeof read)['stdout']) => ({ length, sha256: hash.digest('hex') });
      return { stdout: fact(read.stdout), stderr: fact(read.stderr) };
    } catch {
      await sleep(500, undefined, { signal });
    }
  }
  return { stdout: undefined, stderr: undefined };
}
