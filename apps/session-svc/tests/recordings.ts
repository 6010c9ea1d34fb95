import { join } from 'node:path';
import { openStore } from '@muster/db';
import { silentLogger, tempDirectory } from '@muster/testkit';
import { newKey, Vault } from '@muster/vault';
import type { Kysely } from 'kysely';
import { startRecorders } from '../src/recording/recorders.ts';
import type { RecorderEvents } from '../src/relay/recorder.ts';
import { migrations } from '../src/store/migrations/index.ts';
import { RecordingReader } from '../src/store/recording-reader.ts';
import type { SessionSchema } from '../src/store/schema.ts';
import { SessionStore } from '../src/store/session-store.ts';
import type { SessionTable } from '../src/store/tables/session.ts';
import { sessionRow } from './sessions.ts';

export const START = 1_700_000_000_000;

/** A session whose shell runs. */
export function liveSession(change: Partial<SessionTable> = {}): SessionTable {
  return sessionRow({
    session_id: 'ses-live0001',
    state: 'CONNECTED',
    created_at: START,
    started_at: START,
    ...change,
  });
}

/** A store in a folder of its own, and what records into it; `at` is what the clock says. */
export async function recordingStore({
  folder = tempDirectory('muster-recording-') as { path: string } & Disposable,
} = {}) {
  const file = join(folder.path, 'session.db');
  const vault = new Vault(newKey());
  const clock = { at: START, now: () => clock.at };
  let db: Kysely<SessionSchema> = await openStore<SessionSchema>({ file, migrations });
  const errors: unknown[] = [];
  const logger = Object.assign(Object.create(silentLogger), { error: (...said: unknown[]) => errors.push(said) });
  const context = () => ({ db, clock, logger, vault });
  return {
    file,
    vault,
    clock,
    /** What was logged as an error. */
    errors,
    context,
    get db() {
      return db;
    },
    /** Inserts the session and begins its recording. */
    async begin(change: Partial<SessionTable> = {}, events: Partial<RecorderEvents> = {}) {
      const session = liveSession(change);
      await new SessionStore(db).insert(session);
      return this.open(session, events);
    },
    /** A recorder of another process. */
    async open(
      session: SessionTable,
      events: Partial<RecorderEvents> = {},
      options?: Parameters<typeof startRecorders>[1],
    ) {
      const recorders = startRecorders(context(), options);
      return recorders.open(session, { onCommitted: () => undefined, onLost: () => undefined, ...events });
    },
    /** The whole text of a recording. */
    async text(sessionId: string) {
      const reader = new RecordingReader(db);
      const recording = (await reader.ofSession(sessionId))!;
      const texts: string[] = [];
      for (let number = 0; number < recording.chunks; number++) {
        texts.push((await reader.chunk(recording.recording_number, number))!.text);
      }
      return texts.join('');
    },
    async reopen() {
      await db.destroy();
      db = await openStore<SessionSchema>({ file, migrations });
    },
    /** Lets somebody write to the file who is not the service; the service starts anew behind that. */
    async meddle(change: (other: Kysely<SessionSchema>) => Promise<unknown>) {
      await db.destroy();
      const other = await openStore<SessionSchema>({ file, migrations });
      await change(other);
      await other.destroy();
      db = await openStore<SessionSchema>({ file, migrations });
    },
    async [Symbol.asyncDispose]() {
      await db.destroy();
      folder[Symbol.dispose]();
    },
  };
}

/** The events of a recording, without its header. */
export function eventsOf(text: string): [number, string, string][] {
  return text
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line));
}

/** What the terminal printed, put together. */
export function printedIn(text: string): string {
  return eventsOf(text)
    .filter(([, kind]) => kind === 'o')
    .map(([, , data]) => data)
    .join('');
}
