import { createHash } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type Recording, RecordingSchema, RecordingState } from '@muster/contract';
import { CastWriter, type Chunk, RecordingChain } from '@muster/terminal';
import { ACCOUNT_UIN } from '@muster/testkit';

/** What was printed when: milliseconds from the start, and the text. */
export type Moments = readonly (readonly [atMs: number, text: string])[];

/** A recording as the service keeps it, a chunk for every moment. */
export interface FakeRecording {
  readonly recording: Recording;
  readonly chunks: Chunk[];
  readonly moments: Moments;
  sealed: boolean;
  /** What the service found wrong; empty when everything fits. */
  fault: string;
}

/** Makes a recording of these moments. */
export function recordingOf(given: Partial<Recording> & { sessionId: string }, moments: Moments): FakeRecording {
  const { $typeName: _, $unknown: __, ...init } = given;
  const startedAt = Date.now() - 3_600_000;
  const writer = new CastWriter(startedAt);
  const chain = new RecordingChain(given.sessionId, (bytes) => createHash('sha256').update(bytes).digest());
  const header = writer.header({ columns: 80, rows: 24, title: 'root@web-1', term: 'xterm-256color' });
  const chunks = moments.map(([atMs, text], index) => {
    const lines = writer.output(startedAt + atMs, Buffer.from(text));
    return chain.add(index === 0 ? header + lines : lines, writer.offset);
  });
  const recording = create(RecordingSchema, {
    instanceId: 'ins-web10000',
    username: 'root',
    createUin: ACCOUNT_UIN,
    recordingState: RecordingState.SEALED,
    startTime: timestampFromMs(startedAt),
    durationMs: BigInt(moments.at(-1)?.[0] ?? 0),
    textBytes: BigInt(chunks.reduce((sum, { text }) => sum + text.length, 0)),
    expireTime: timestampFromMs(startedAt + 90 * 86_400_000),
    ...init,
  });
  return { recording, chunks, moments, sealed: true, fault: '' };
}
