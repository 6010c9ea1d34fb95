import type { ServiceImpl } from '@connectrpc/connect';
import type { SessionService } from '@muster/contract';
import type { SessionContext } from '../context.ts';
import { closeSession } from './close-session.ts';
import { describeRecordings } from './describe-recordings.ts';
import { describeSessionSettings } from './describe-session-settings.ts';
import { describeSessions } from './describe-sessions.ts';
import { forwardPort } from './forward-port.ts';
import { getRecording } from './get-recording.ts';
import { joinSession } from './join-session.ts';
import { modifySessionSettings } from './modify-session-settings.ts';
import { openSession } from './open-session.ts';
import { resumeSession } from './resume-session.ts';
import { searchRecordings } from './search-recordings.ts';

/** Every method of the public service. */
export function sessionHandlers(context: SessionContext) {
  return {
    openSession: openSession(context),
    resumeSession: resumeSession(context),
    joinSession: joinSession(context),
    forwardPort: forwardPort(context),
    closeSession: closeSession(context),
    describeSessions: describeSessions(context),
    describeRecordings: describeRecordings(context),
    getRecording: getRecording(context),
    searchRecordings: searchRecordings(context),
    describeSessionSettings: describeSessionSettings(context),
    modifySessionSettings: modifySessionSettings(context),
  } satisfies ServiceImpl<typeof SessionService>;
}
