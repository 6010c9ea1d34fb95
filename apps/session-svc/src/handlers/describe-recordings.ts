import type { MethodImpl } from '@connectrpc/connect';
import { checkSelection } from '@muster/command';
import type { SessionService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { SessionContext } from '../context.ts';
import { RECORDING_SELECTION } from '../domain/recording-rules.ts';
import { toRecording } from '../recording/convert.ts';
import { RecordingList } from '../store/recording-list.ts';
import { SettingsStore } from '../store/settings-store.ts';
import { visibleSessions } from '../visible-instances.ts';

export function describeRecordings(
  parts: Pick<SessionContext, 'db' | 'region' | 'machines'>,
): MethodImpl<typeof SessionService.method.describeRecordings> {
  const list = new RecordingList(parts.db);
  const settings = new SettingsStore(parts.db);
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin } = call.caller;
    const { sessionIds, filters, limit, offset } = request;
    const selection = checkSelection({ ids: sessionIds, filters, limit, offset }, RECORDING_SELECTION);
    const ids = [...new Set(selection.ids)];
    const visible = await visibleSessions(parts, call, ids);
    const { total, recordings } = await list.page({ accountUin, ids, filters, visible }, selection);
    const { recordingDays } = await settings.of(accountUin);
    return { totalCount: total, recordingSet: recordings.map((recording) => toRecording(recording, recordingDays)) };
  };
}
