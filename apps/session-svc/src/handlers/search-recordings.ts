import type { MethodImpl } from '@connectrpc/connect';
import { checkSelection } from '@muster/command';
import type { SessionService } from '@muster/contract';
import { type Call, callOf } from '@muster/rpc';
import type { SessionContext } from '../context.ts';
import { checkQuery, checkSearchOffset, SEARCH_SELECTION } from '../domain/recording-rules.ts';
import { toRecording } from '../recording/convert.ts';
import { recordingRef } from '../recording/reading.ts';
import { type Hit, searchRecordings as search } from '../recording/search.ts';
import type { ListedRecording } from '../store/recording-list.ts';
import { SettingsStore } from '../store/settings-store.ts';

type Parts = Pick<SessionContext, 'db' | 'region' | 'machines' | 'indexer'>;

export function searchRecordings(parts: Parts): MethodImpl<typeof SessionService.method.searchRecordings> {
  const settings = new SettingsStore(parts.db);
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin } = call.caller;
    const query = checkQuery(request.query);
    const { filters, limit, offset } = checkSelection({ ...request, ids: [] }, SEARCH_SELECTION);
    checkSearchOffset(offset);
    await parts.indexer.catchUp(accountUin);
    const mayRead = readingDecisions(parts, call);
    const { signal } = context;
    const found: Hit[] = [];
    for await (const hit of search(parts.db, { query, accountUin, filters, signal, mayRead })) {
      found.push(hit);
      if (found.length > offset + limit) break;
    }
    const { recordingDays } = await settings.of(accountUin);
    return {
      hits: found.slice(offset, offset + limit).map(({ recording, at, excerpt, foundAt }) => ({
        recording: toRecording(recording, recordingDays),
        ...{ atMs: BigInt(at), excerpt, foundAt, foundLength: query.length },
      })),
      more: found.length > offset + limit,
    };
  };
}

/**
 * Decides about machine and OS user of what was found, as GetRecording does, each once. Not by a plan: that knows no OS user, and would let
 * pass what is denied for one.
 */
function readingDecisions({ machines, region }: Parts, call: Call) {
  const known = new Map<string, boolean>();
  const nameOf = ({ instance_id, username }: ListedRecording) => `${instance_id} ${username}`;
  // where nothing is found, nothing is to be decided
  call.concernsCallerOnly();
  return async (recordings: readonly ListedRecording[]): Promise<boolean[]> => {
    const open = recordings.filter((recording) => !known.has(nameOf(recording)));
    if (open.length > 0) {
      const ids = [...new Set(open.map((recording) => recording.instance_id))];
      const instances = await machines.describe(call.caller.accountUin, ids);
      const byId = new Map(instances.map((instance) => [instance.instanceId, instance]));
      const refs = open.map((recording) => recordingRef(region, recording, byId.get(recording.instance_id)));
      const answers = await call.allowed(refs);
      for (const [at, recording] of open.entries()) known.set(nameOf(recording), answers[at] ?? false);
    }
    return recordings.map((recording) => known.get(nameOf(recording)) ?? false);
  };
}
