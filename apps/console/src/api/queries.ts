import { keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import { commands, instances, invocations, tokens } from './clients.ts';
import { readFailure } from './failure.ts';
import { readAll } from './pages.ts';

/** Lists longer than this are searched on the server, by exact name. */
export const MOST_INSTANCES = 1_000;
const MOST_COMMANDS = 1_000;

/** What was read and how fresh it is. Only failures that may pass are tried again. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        retry: (count, error) => count < 2 && readFailure(error).passing,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}

export const identityQuery = queryOptions({
  queryKey: ['identity'],
  queryFn: () => tokens.getCallerIdentity({}),
  staleTime: Number.POSITIVE_INFINITY,
});

export const instancesQuery = queryOptions({
  queryKey: ['instances'],
  queryFn: () =>
    readAll(async (range) => {
      const answer = await instances.describeAutomationAgentStatus(range);
      return { totalCount: answer.totalCount, items: answer.automationAgentSet };
    }, MOST_INSTANCES),
  refetchInterval: ({ state }) => ((state.data?.items.length ?? 0) > 200 ? 15_000 : 5_000),
});

/** The whole fleet, for the tree of the terminals. */
const MOST_FLEET = 10_000;

export const fleetQuery = queryOptions({
  queryKey: ['instances', 'fleet'],
  queryFn: () =>
    readAll(async (range) => {
      const answer = await instances.describeAutomationAgentStatus(range);
      return { totalCount: answer.totalCount, items: answer.automationAgentSet };
    }, MOST_FLEET),
  refetchInterval: ({ state }) => ((state.data?.items.length ?? 0) > MOST_INSTANCES ? 60_000 : 10_000),
});

export const commandsQuery = queryOptions({
  queryKey: ['commands'],
  queryFn: () =>
    readAll(async (range) => {
      const answer = await commands.describeCommands(range);
      return { totalCount: answer.totalCount, items: answer.commandSet };
    }, MOST_COMMANDS),
});

export const commandQuery = (commandId: string) =>
  queryOptions({
    queryKey: ['command', commandId],
    queryFn: async () => (await commands.describeCommands({ commandIds: [commandId] })).commandSet[0] ?? null,
    enabled: commandId !== '',
  });

export const versionsQuery = (commandId: string) =>
  queryOptions({
    queryKey: ['command', commandId, 'versions'],
    queryFn: async () => (await commands.describeCommandVersions({ commandId, limit: 100 })).commandSet,
  });

/** Which runs the history shows. */
export interface HistoryFilter {
  readonly commandId: string;
  readonly invocationId: string;
  readonly kind: string;
  readonly page: number;
}

export const HISTORY_PAGE = 20;

export const historyQuery = ({ commandId, invocationId, kind, page }: HistoryFilter) =>
  queryOptions({
    queryKey: ['history', commandId, invocationId, kind, page],
    queryFn: async () => {
      const wanted = { 'command-id': commandId, 'invocation-id': invocationId, 'instance-kind': kind };
      const answer = await invocations.describeInvocations({
        filters: Object.entries(wanted).flatMap(([name, value]) => (value ? [{ name, values: [value] }] : [])),
        limit: HISTORY_PAGE,
        offset: (page - 1) * HISTORY_PAGE,
      });
      return { totalCount: answer.totalCount, items: answer.invocationSet };
    },
    refetchInterval: 3_000,
    placeholderData: keepPreviousData,
  });
