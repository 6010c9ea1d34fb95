import { Button, Group, Pagination, Select, Skeleton, Stack, Text } from '@mantine/core';
import type { Invocation } from '@muster/contract';
import { useQuery } from '@tanstack/react-query';
import { Play, ScrollText, SearchX } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { HISTORY_PAGE, historyQuery, identityQuery } from '../api/queries.ts';
import { runTitle } from '../run/run-title.ts';
import { score } from '../run/statuses.ts';
import { Took } from '../run/took.tsx';
import { Empty } from '../ui/empty.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { languageLabel } from '../ui/languages.ts';
import { Ago } from '../ui/moment.tsx';
import { OutcomeBar } from '../ui/outcome-bar.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { InvocationBadge } from '../ui/status-badge.tsx';
import { useAddress } from '../ui/use-address.ts';

const KINDS = [
  { value: 'CVM', label: 'CVM' },
  { value: 'LIGHTHOUSE', label: 'Lighthouse' },
  { value: 'REGISTERED', label: 'Registered' },
];

/** All runs, newest first; the address holds the filters and the page. */
export function HistoryPage() {
  const { get, set } = useAddress();
  const page = Math.max(1, Number.parseInt(get('page'), 10) || 1);
  const id = get('id');
  const kind = get('kind');
  const { data, error, refetch } = useQuery(
    historyQuery({
      commandId: id.startsWith('cmd-') ? id : '',
      invocationId: id.startsWith('inv-') ? id : '',
      kind,
      page,
    }),
  );
  const filtered = id !== '' || kind !== '';
  const pages = Math.ceil((data?.totalCount ?? 0) / HISTORY_PAGE);

  return (
    <>
      <PageHeader title="History" hint={data && `${data.totalCount} ${data.totalCount === 1 ? 'run' : 'runs'}`}>
        <Button component={Link} to="/run" leftSection={<Play size={15} />}>
          Run a script
        </Button>
      </PageHeader>
      <Stack gap="sm">
        <Group gap="sm">
          <IdFilter key={id} id={id} onChange={(next) => set({ id: next, page: '' })} />
          <Select
            aria-label="Kind of instance"
            placeholder="Every kind"
            clearable
            data={KINDS}
            value={kind || null}
            onChange={(value) => set({ kind: value ?? '', page: '' })}
            w={150}
          />
        </Group>
        {error && <FailureAlert error={error} what="The history could not be read" onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={320} />}
        {data && (
          <div className="card">
            {data.items.length > 0 ? (
              <RunTable runs={data.items} />
            ) : filtered ? (
              <Empty icon={SearchX} title="No run matches the filter">
                <Button variant="subtle" size="xs" onClick={() => set({ id: '', kind: '', page: '' })}>
                  Show all
                </Button>
              </Empty>
            ) : (
              <Empty icon={ScrollText} title="Nothing has run yet" type="muster run uptime -t '*'">
                Run your first script from the Run page, or from a terminal.
              </Empty>
            )}
          </div>
        )}
        {pages > 1 && (
          <Pagination
            total={pages}
            value={page}
            onChange={(next) => set({ page: next === 1 ? '' : String(next) }, {})}
            size="sm"
            getControlProps={(control) => ({ 'aria-label': `${control} page` })}
          />
        )}
      </Stack>
    </>
  );
}

/** Ids are compared exactly, so the list waits for a whole one. */
function IdFilter({ id, onChange }: { id: string; onChange: (id: string) => void }) {
  const [text, setText] = useState(id);
  const whole = /^(cmd|inv)-[a-z0-9]{8,32}$/.test(text);
  useEffect(() => {
    if (text !== id && (whole || text === '')) onChange(text);
  }, [text, whole, id, onChange]);
  return (
    <SearchBox
      value={text}
      onChange={(next) => setText(next.trim())}
      placeholder="Id of a run or a command"
      aria-label="Filter by id"
      error={text !== '' && !whole && text.length > 12 ? 'an id looks like inv-1a2b3c4d or cmd-1a2b3c4d' : undefined}
      style={{ flex: '1 1 220px', maxWidth: 340 }}
    />
  );
}

function RunTable({ runs }: { runs: readonly Invocation[] }) {
  return (
    <table className="list">
      <thead>
        <tr>
          <th className="wide-only" style={{ width: 150 }}>
            Status
          </th>
          <th className="main-column">Command</th>
          <th className="wide-only" style={{ width: 190 }}>
            Instances
          </th>
          <th className="wide-only">By</th>
          <th className="wide-only">Took</th>
          <th style={{ textAlign: 'right' }}>When</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.invocationId} run={run} />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ run }: { run: Invocation }) {
  const navigate = useNavigate();
  const { data: me } = useQuery(identityQuery);
  const to = `/invocations/${run.invocationId}`;
  const counts = score(run.invocationTaskBasicInfoSet.map((task) => task.taskStatus));
  const machines = run.invocationTaskBasicInfoSet.length;
  return (
    <tr className="link" onClick={() => void navigate(to)}>
      <td className="wide-only">
        <InvocationBadge status={run.invocationStatus} />
      </td>
      <td style={{ maxWidth: 0 }}>
        <div className="ellipsis">
          <Link to={to} style={{ color: 'inherit', textDecoration: 'none', fontWeight: 550 }}>
            {runTitle(run)}
          </Link>
        </div>
        <Text size="xs" c="dimmed" className="ellipsis">
          <span className="mono">{run.invocationId}</span>
          <span className="wide-only"> · {languageLabel(run.commandType)}</span>
          <span className="narrow-only">
            {' '}
            · {machines} {machines === 1 ? 'instance' : 'instances'}
          </span>
        </Text>
        <div className="narrow-only" style={{ marginTop: 4 }}>
          <InvocationBadge status={run.invocationStatus} />
        </div>
      </td>
      <td className="wide-only">
        <Group gap={10} wrap="nowrap">
          <Text size="sm" className="nums" w={28} ta="right">
            {machines}
          </Text>
          <div style={{ flex: 1 }}>
            <OutcomeBar counts={counts} />
          </div>
        </Group>
      </td>
      <td className="wide-only nums">{run.uin === me?.userId ? me.userName : run.uin}</td>
      <td className="wide-only nums" style={{ whiteSpace: 'nowrap' }}>
        <Took run={run} />
      </td>
      <td style={{ textAlign: 'right' }}>
        <Text span size="sm" c="dimmed">
          <Ago time={run.createdTime} />
        </Text>
      </td>
    </tr>
  );
}
