import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import { EndReason, type Session, SessionMode, type SessionService, SessionStateSchema } from '@muster/contract';
import { notFound } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { World } from './world.ts';

type Filters = readonly { name: string; values: readonly string[] }[];

const decide = (context: HandlerContext, instanceId = 'ins-web10000') =>
  callOf(context).authorize([{ resource: `qcs::cvm:ap-guangzhou:100000000001:instance/${instanceId}` }]);

/** session-svc as the console sees it, with shells and recordings that a test plays. */
export function sessionHandlers({ shells, recordings }: World): Partial<ServiceImpl<typeof SessionService>> {
  const shellOf = (sessionId: string) => {
    const shell = shells.all.find((each) => each.session.sessionId === sessionId);
    if (!shell) throw notFound('ResourceNotFound.SessionNotFound', 'session', sessionId);
    return shell;
  };
  return {
    openSession: async ({ instanceId, username, reason }, context) => {
      await decide(context, instanceId);
      shells.admit();
      const shell = shells.shell({ instanceId, username: username || 'root', reason });
      return { ticket: shells.ticket(shell, true) };
    },
    resumeSession: async ({ sessionId }, context) => {
      await decide(context);
      return { ticket: shells.ticket(shellOf(sessionId), true) };
    },
    joinSession: async ({ sessionId, sessionMode }, context) => {
      await decide(context);
      return { ticket: shells.ticket(shellOf(sessionId), sessionMode === SessionMode.DRIVE) };
    },
    closeSession: async ({ sessionIds }, context) => {
      await decide(context);
      for (const id of sessionIds) shellOf(id).end(EndReason.TERMINATED);
      return {};
    },
    describeSessions: async ({ sessionIds, filters, limit = 20, offset }, context) => {
      await decide(context);
      const found = shells.all
        .map(({ session }) => session)
        .filter((each) => (sessionIds.length > 0 ? sessionIds.includes(each.sessionId) : matches(each, filters)));
      return { totalCount: found.length, sessionSet: found.slice(offset, offset + limit) };
    },
    describeRecordings: async ({ sessionIds, limit = 20, offset }, context) => {
      await decide(context);
      const found = recordings
        .map(({ recording }) => recording)
        .filter(({ sessionId }) => sessionIds.length === 0 || sessionIds.includes(sessionId));
      return { totalCount: found.length, recordingSet: found.slice(offset, offset + limit) };
    },
    async *getRecording({ sessionId, fromChunk }, context) {
      await decide(context);
      const found = recordings.find(({ recording }) => recording.sessionId === sessionId);
      if (!found) throw notFound('ResourceNotFound.RecordingNotFound', 'recording', sessionId);
      for (const chunk of found.chunks.slice(fromChunk)) {
        yield { part: { case: 'chunk' as const, value: { ...chunk, offset: BigInt(chunk.offset) } } };
      }
      if (!found.sealed) return;
      const { length } = found.chunks;
      yield {
        part: {
          case: 'seal' as const,
          value: { chunks: length, hash: found.chunks.at(-1)?.hash ?? new Uint8Array(), fault: found.fault },
        },
      };
    },
    searchRecordings: async ({ query, filters, limit = 20 }, context) => {
      await decide(context);
      const only = filters.find(({ name }) => name === 'session-id')?.values;
      const hits = recordings
        .filter(({ recording }) => only?.includes(recording.sessionId) ?? true)
        .flatMap(({ recording, moments }) =>
          moments.flatMap(([atMs, text]) => {
            const foundAt = text.toLowerCase().indexOf(query.toLowerCase());
            const excerpt = text.trimEnd();
            return foundAt < 0 ? [] : [{ recording, atMs: BigInt(atMs), excerpt, foundAt, foundLength: query.length }];
          }),
        );
      return { hits: hits.slice(0, limit), more: hits.length > limit };
    },
  };
}

function matches(session: Session, filters: Filters): boolean {
  return filters.every(({ name, values }) => {
    if (name === 'session-state') return values.includes(SessionStateSchema.value[session.sessionState]!.localName);
    return name !== 'instance-id' || values.includes(session.instanceId);
  });
}
