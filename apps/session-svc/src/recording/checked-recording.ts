import { ChainCheck, type Chunk, faultInWords, type Seal } from '@muster/terminal';
import type { Recording, RecordingReader } from '../store/recording-reader.ts';
import { type RecordingMac, sha256 } from './recording-mac.ts';

/** How a recording turned out to be. */
export interface Outcome {
  /** As far as the service has signed it. */
  readonly seal: Seal;
  /** Everything was read, and what is sealed is sealed. */
  readonly sealed: boolean;
  /** What does not fit, for people. */
  readonly fault: string | undefined;
}

/** What stands for a chunk that cannot be decompressed: no hash is the empty one. */
const DAMAGED = { offset: 0, text: '', hash: new Uint8Array() };

/**
 * Gives the chunks from `from` on, one at a time, up to the first that does not fit. What is given fits to what the service signed last,
 * and so does everything before it if that is read as well. Gives undefined in the place of a recording that was removed meanwhile.
 */
export async function* checkedRecording(
  reader: RecordingReader,
  recording: Recording,
  { from, mac }: { from: number; mac: RecordingMac },
): AsyncGenerator<Chunk, Outcome | undefined> {
  const { recording_number: of, session_id: sessionId, chunks, last_hash: hash } = recording;
  const read = (number: number) => reader.chunk(of, number).catch(() => ({ ...DAMAGED, number }));
  const before = from === 0 ? undefined : { chunks: from, hash: (await read(from - 1))?.hash ?? DAMAGED.hash };
  const check = new ChainCheck(sessionId, sha256, before);
  for (let number = from; number < chunks; number++) {
    const chunk = await read(number);
    if (!chunk && !(await reader.ofSession(sessionId))) return undefined;
    if (!chunk || !check.add(chunk)) break;
    yield chunk;
  }
  const seal = { chunks, hash };
  const sealed = recording.sealed_at !== null;
  const verdict = check.end(seal);
  if (verdict.kind !== 'whole') return { seal, sealed, fault: faultInWords(verdict) };
  if (!mac.fits(recording.mac, { ...seal, sessionId, sealed })) {
    return { seal, sealed, fault: faultInWords({ kind: 'foreign seal' }) };
  }
  const longer = sealed && (await read(chunks)) !== undefined;
  return { seal, sealed, fault: longer ? faultInWords({ kind: 'longer' }) : undefined };
}
