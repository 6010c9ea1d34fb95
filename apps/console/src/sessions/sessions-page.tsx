import { Pagination, Skeleton, Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Clapperboard, SearchX, Terminal } from 'lucide-react';
import { Empty } from '../ui/empty.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { useAddress } from '../ui/use-address.ts';
import { HitList } from './hit-list.tsx';
import { LEAST_SEARCHED, recordingsQuery, SESSIONS_PAGE, sessionsQuery } from './queries.ts';
import { RecordingTable } from './recording-table.tsx';
import { SessionTable } from './session-table.tsx';
import { useInstanceNames } from './use-instance-names.ts';

const VIEWS = ['open', 'ended', 'recordings'] as const;

/** Shells that are open, those that were, and what is left of them. The address holds the view, the page and what is searched for. */
export function SessionsPage() {
  const { get, set } = useAddress();
  const view = VIEWS.find((each) => each === get('view')) ?? 'open';
  return (
    <>
      <PageHeader title="Sessions" hint="Shells on instances, and their recordings" />
      <Tabs value={view} onChange={(next) => set({ view: next === 'open' ? '' : (next ?? ''), page: '', q: '' })}>
        <Tabs.List mb="md">
          <Tabs.Tab value="open">Open</Tabs.Tab>
          <Tabs.Tab value="ended">Ended</Tabs.Tab>
          <Tabs.Tab value="recordings">Recordings</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={view}>
          {view === 'recordings' ? <Recordings /> : <Sessions open={view === 'open'} />}
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Sessions({ open }: { open: boolean }) {
  const { page, setPage } = usePage();
  const { data, error, refetch } = useQuery(sessionsQuery({ open, instanceId: '', page }));
  const names = useInstanceNames();
  return (
    <Stack gap="sm">
      {error && <FailureAlert error={error} what="The sessions could not be read" onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={240} />}
      {data && (
        <div className="card">
          {data.items.length > 0 ? (
            <SessionTable sessions={data.items} open={open} names={names} />
          ) : open ? (
            <Empty icon={Terminal} title="No session is open" type="muster ssh web-1">
              Open one from the Terminal page, or from a terminal of your own.
            </Empty>
          ) : (
            <Empty icon={Terminal} title="No session has ended yet" />
          )}
        </div>
      )}
      <Pages total={data?.totalCount ?? 0} page={page} onPage={setPage} />
    </Stack>
  );
}

function Recordings() {
  const { get, set } = useAddress();
  const { page, setPage } = usePage();
  const names = useInstanceNames();
  const query = get('q');
  const searching = query.trim().length >= LEAST_SEARCHED;
  const { data, error, refetch } = useQuery({ ...recordingsQuery({ instanceId: '', page }), enabled: !searching });
  return (
    <Stack gap="sm">
      <SearchBox
        value={query}
        onChange={(q) => set({ q, page: '' })}
        placeholder="Search the text of all recordings"
        aria-label="Search recordings"
        description={query !== '' && !searching ? `${LEAST_SEARCHED} characters or more` : undefined}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        maw={460}
      />
      {searching && <HitList query={query.trim()} names={names} />}
      {!searching && error && (
        <FailureAlert error={error} what="The recordings could not be read" onRetry={() => void refetch()} />
      )}
      {!searching && !data && !error && <Skeleton height={240} />}
      {!searching && data && (
        <div className="card">
          {data.items.length > 0 ? (
            <RecordingTable recordings={data.items} names={names} />
          ) : (
            <Empty icon={data.totalCount > 0 ? SearchX : Clapperboard} title="Nothing is recorded yet">
              What a session prints is recorded from its beginning, unless the account has it otherwise.
            </Empty>
          )}
        </div>
      )}
      {!searching && <Pages total={data?.totalCount ?? 0} page={page} onPage={setPage} />}
    </Stack>
  );
}

function usePage() {
  const { get, set } = useAddress();
  const page = Math.max(1, Number.parseInt(get('page'), 10) || 1);
  return { page, setPage: (next: number) => set({ page: next === 1 ? '' : String(next) }, {}) };
}

function Pages({ total, page, onPage }: { total: number; page: number; onPage: (page: number) => void }) {
  const pages = Math.ceil(total / SESSIONS_PAGE);
  if (pages < 2) return null;
  return (
    <Pagination
      total={pages}
      value={page}
      onChange={onPage}
      size="sm"
      getControlProps={(control) => ({ 'aria-label': `${control} page` })}
    />
  );
}
