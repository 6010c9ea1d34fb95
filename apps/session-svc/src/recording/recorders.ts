import { groupCommit } from '@muster/db';
import type { SessionContext } from '../context.ts';
import type { Recorder, RecorderEvents, Recorders } from '../relay/recorder.ts';
import { RecordingReader } from '../store/recording-reader.ts';
import type { SessionTable } from '../store/tables/session.ts';
import { RecordingMac } from './recording-mac.ts';
import { type RecordingPosition, SessionRecorder } from './session-recorder.ts';
import { Unrecorded } from './unrecorded.ts';

/** How long what was given may wait. */
const FLUSH_MS = 1_000;
/** How long the store may refuse a recording before its session has to end. */
const LOST_AFTER_MS = 30_000;

/** The recorders of a process. */
export interface RunningRecorders extends Recorders, Disposable {}

/** Starts them. All that waits is written at the same moments: a commit costs the same for one session as for a hundred. */
export function startRecorders(
  { db, clock, logger, vault }: Pick<SessionContext, 'db' | 'clock' | 'logger' | 'vault'>,
  { lostAfterMs = LOST_AFTER_MS }: { readonly lostAfterMs?: number } = {},
): RunningRecorders {
  const reader = new RecordingReader(db);
  const mac = new RecordingMac(vault);
  const waiting = new Set<SessionRecorder>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    const recorders = [...waiting];
    waiting.clear();
    for (const recorder of recorders) recorder.flush();
  };
  const onWaiting = (recorder: SessionRecorder) => {
    waiting.add(recorder);
    timer ??= setTimeout(flush, FLUSH_MS);
  };
  const parts = { clock, logger, mac, lostAfterMs, onWaiting, commit: groupCommit(db) };

  const goOn = async (sessionId: string): Promise<RecordingPosition | undefined> => {
    const recording = await reader.ofSession(sessionId);
    if (!recording) return undefined;
    const { chunks, last_hash: hash } = recording;
    if (recording.sealed_at !== null) throw new Error(`the recording of ${sessionId} is sealed`);
    const last = await reader.chunk(recording.recording_number, chunks - 1);
    if (
      !mac.fits(recording.mac, { sessionId, chunks, hash, sealed: false }) ||
      !last ||
      Buffer.compare(hash, last.hash) !== 0
    ) {
      throw new Error(`the recording of ${sessionId} was changed`);
    }
    const { duration_ms: duration, notes, started_at: startedAt } = recording;
    return { startedAt, chunks, hash, offset: last.offset, duration, notes };
  };

  return {
    async open(session: Readonly<SessionTable>, events: RecorderEvents): Promise<Recorder> {
      if (session.record_output === 0 || session.kind === 'FORWARD') return new Unrecorded(events);
      const beginning = { startedAt: clock.now(), chunks: 0, hash: new Uint8Array(), offset: 0, duration: 0, notes: 0 };
      const from = (await goOn(session.session_id)) ?? beginning;
      return new SessionRecorder(session, { from, events, parts });
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
