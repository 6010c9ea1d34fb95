import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@muster/kernel';
import type { Kysely } from 'kysely';
import { howManyGo } from '../domain/recording-retention.ts';
import { RecordingRetention } from '../store/recording-retention.ts';
import type { SessionSchema } from '../store/schema.ts';
import { SettingsStore } from '../store/settings-store.ts';

const EVERY_MS = 60_000;
/** Recordings of an account that are looked at at once. */
const PAGE = 100;
/** Chunks, and passages, that one transaction deletes: freeing two megabytes takes milliseconds. The file reuses them and does not shrink. */
const MOST_ROWS = 32;

/** Removes what accounts do not keep any longer, oldest first and never of an open session: now, and every minute from then on. */
export function startExpiringRecordings(
  db: Kysely<SessionSchema>,
  { clock, onError }: { readonly clock: Clock; readonly onError: (error: unknown) => void },
): AsyncDisposable {
  const stop = new AbortController();
  let running = Promise.resolve();
  const expire = () => {
    running = running.then(() => expireRecordings(db, clock.now(), stop.signal)).catch(onError);
  };
  expire();
  const timer = setInterval(expire, EVERY_MS);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      clearInterval(timer);
      await running;
    },
  };
}

/** One round of it. */
export async function expireRecordings(db: Kysely<SessionSchema>, now: number, signal?: AbortSignal): Promise<void> {
  const retention = new RecordingRetention(db);
  const settings = new SettingsStore(db);
  for (const accountUin of await retention.accounts()) {
    const kept = await settings.of(accountUin);
    for (;;) {
      const oldest = await retention.oldest(accountUin, PAGE);
      const count = howManyGo(oldest, { totalBytes: await retention.totalBytes(accountUin), now }, kept);
      const numbers = oldest.slice(0, count).map(({ recordingNumber }) => recordingNumber);
      if (numbers.length > 0) await retention.remove(numbers, now);
      if (count < PAGE || signal?.aborted) break;
    }
  }
  for (let number = await retention.toPurge(); number !== undefined; number = await retention.toPurge()) {
    if (signal?.aborted) return;
    await retention.purge(number, MOST_ROWS);
    await setImmediate();
  }
}
