import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type RecordingSchema, RecordingState } from '@muster/contract';
import { expiryOf } from '../domain/recording-rules.ts';
import type { ListedRecording } from '../store/recording-list.ts';

/** A recording as answers show it. `days` is how long the account keeps them. */
export function toRecording(recording: ListedRecording, days: number): MessageInitShape<typeof RecordingSchema> {
  const expiry = expiryOf(recording, days);
  return {
    sessionId: recording.session_id,
    instanceId: recording.instance_id,
    username: recording.username,
    createUin: recording.create_uin,
    recordingState: recording.state === 'ENDED' ? RecordingState.SEALED : RecordingState.OPEN,
    withInput: recording.with_input === 1,
    startTime: timestampFromMs(recording.started_at),
    durationMs: BigInt(recording.duration_ms),
    textBytes: BigInt(recording.text_bytes),
    ...(expiry !== undefined && { expireTime: timestampFromMs(expiry) }),
  };
}
