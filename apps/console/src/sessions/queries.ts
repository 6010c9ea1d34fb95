import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { sessions } from './client.ts';

/** States of sessions that are not over, as filters name them. */
const OPEN_STATES = ['PENDING', 'STARTING', 'CONNECTED', 'DETACHED', 'SILENT', 'ENDING'];
export const SESSIONS_PAGE = 20;

/** A page of sessions: those that are open, or those that are over. */
export const sessionsQuery = ({ open, instanceId, page }: { open: boolean; instanceId: string; page: number }) =>
  queryOptions({
    queryKey: ['sessions', open, instanceId, page],
    queryFn: async () => {
      const filters = [
        { name: 'session-state', values: open ? OPEN_STATES : ['ENDED'] },
        ...(instanceId ? [{ name: 'instance-id', values: [instanceId] }] : []),
      ];
      const range = { limit: SESSIONS_PAGE, offset: (page - 1) * SESSIONS_PAGE };
      const answer = await sessions.describeSessions({ filters, ...range });
      return { totalCount: answer.totalCount, items: answer.sessionSet };
    },
    refetchInterval: open ? 3_000 : 10_000,
    placeholderData: keepPreviousData,
  });

/** One session: who watches it, and how it ended. */
export const sessionQuery = (sessionId: string | undefined) =>
  queryOptions({
    queryKey: ['session', sessionId],
    queryFn: async () => (await sessions.describeSessions({ sessionIds: [sessionId ?? ''] })).sessionSet[0] ?? null,
    enabled: sessionId !== undefined,
    refetchInterval: 5_000,
  });

/** A page of recordings. */
export const recordingsQuery = ({ instanceId, page }: { instanceId: string; page: number }) =>
  queryOptions({
    queryKey: ['recordings', instanceId, page],
    queryFn: async () => {
      const filters = instanceId ? [{ name: 'instance-id', values: [instanceId] }] : [];
      const range = { limit: SESSIONS_PAGE, offset: (page - 1) * SESSIONS_PAGE };
      const answer = await sessions.describeRecordings({ filters, ...range });
      return { totalCount: answer.totalCount, items: answer.recordingSet };
    },
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });

/** Shorter texts are not looked for. */
export const LEAST_SEARCHED = 3;

/** Places where a text stands, in all recordings or in one. */
export const hitsQuery = ({ query, sessionId, limit }: { query: string; sessionId?: string; limit: number }) =>
  queryOptions({
    queryKey: ['recording-hits', query, sessionId, limit],
    queryFn: () =>
      sessions.searchRecordings({
        query,
        filters: sessionId ? [{ name: 'session-id', values: [sessionId] }] : [],
        limit,
      }),
    enabled: query.length >= LEAST_SEARCHED,
    placeholderData: keepPreviousData,
  });
