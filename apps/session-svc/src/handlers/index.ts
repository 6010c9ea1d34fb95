import type { ServiceImpl } from '@connectrpc/connect';
import type { SessionService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { SessionContext } from '../context.ts';
import { closeSession } from './close-session.ts';
import { describeSessionSettings } from './describe-session-settings.ts';
import { describeSessions } from './describe-sessions.ts';
import { forwardPort } from './forward-port.ts';
import { joinSession } from './join-session.ts';
import { modifySessionSettings } from './modify-session-settings.ts';
import { openSession } from './open-session.ts';
import { resumeSession } from './resume-session.ts';

/** Every method of the public service. */
export function sessionHandlers(context: SessionContext) {
  const refuse = () => {
    throw new Refusal('unavailable', 'ServiceUnavailable', 'recordings are not served yet');
  };
  return {
    openSession: openSession(context),
    resumeSession: resumeSession(context),
    joinSession: joinSession(context),
    forwardPort: forwardPort(context),
    closeSession: closeSession(context),
    describeSessions: describeSessions(context),
    describeRecordings: refuse,
    getRecording: refuse,
    searchRecordings: refuse,
    describeSessionSettings: describeSessionSettings(context),
    modifySessionSettings: modifySessionSettings(context),
  } satisfies ServiceImpl<typeof SessionService>;
}
