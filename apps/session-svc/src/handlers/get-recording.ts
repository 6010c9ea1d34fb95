import type { MethodImpl } from '@connectrpc/connect';
import type { SessionService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { SessionContext } from '../context.ts';
import { checkFromChunk, noRecording } from '../domain/recording-rules.ts';
import { namedSession } from '../domain/session-rules.ts';
import { checkedRecording } from '../recording/checked-recording.ts';
import { recordingRef } from '../recording/reading.ts';
import { RecordingMac } from '../recording/recording-mac.ts';
import { RecordingReader } from '../store/recording-reader.ts';
import { SessionStore } from '../store/session-store.ts';

export function getRecording({
  db,
  region,
  machines,
  vault,
}: Pick<SessionContext, 'db' | 'region' | 'machines' | 'vault'>): MethodImpl<
  typeof SessionService.method.getRecording
> {
  const reader = new RecordingReader(db);
  const mac = new RecordingMac(vault);
  return async function* (request, context) {
    const call = callOf(context);
    const { accountUin } = call.caller;
    const sessionId = namedSession(request.sessionId);
    const session = await new SessionStore(db).find(accountUin, sessionId);
    if (!session) throw noRecording(sessionId);
    const [known] = await machines.describe(accountUin, [session.instance_id]);
    await call.authorize([recordingRef(region, session, known)]);
    const recording = await reader.ofSession(sessionId);
    if (!recording) throw noRecording(sessionId);
    const from = checkFromChunk(request.fromChunk, recording.chunks);
    // a chunk at a time: the next is read when this one was taken
    const chunks = checkedRecording(reader, recording, { from, mac });
    for (;;) {
      const { done, value } = await chunks.next();
      if (context.signal.aborted) return;
      if (!done) {
        yield { part: { case: 'chunk', value: { ...value, offset: BigInt(value.offset) } } };
        continue;
      }
      if (!value) throw noRecording(sessionId);
      const { seal, sealed, fault = '' } = value;
      // an open recording has no end to tell of, unless something does not fit
      if (sealed || fault !== '') yield { part: { case: 'seal', value: { ...seal, fault } } };
      return;
    }
  };
}
