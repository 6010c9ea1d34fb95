import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { AgentStatus } from '@muster/contract';
import { useQuery } from '@tanstack/react-query';
import { Info, Play, SearchX, Server } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { instancesQuery } from '../api/queries.ts';
import { matching } from '../run/instance-filter.ts';
import { Empty } from '../ui/empty.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { useAddress } from '../ui/use-address.ts';
import { InstanceTable } from './instance-table.tsx';

/** Every machine with its presence; the chosen ones go to the run page. */
export function InstancesPage() {
  const { data, error, refetch } = useQuery(instancesQuery);
  const { get, set } = useAddress();
  const navigate = useNavigate();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const filter = get('q');
  const all = data?.items ?? [];
  const shown = useMemo(() => matching(data?.items ?? [], filter), [data, filter]);
  const online = all.filter((instance) => instance.agentStatus === AgentStatus.ONLINE).length;

  return (
    <>
      <PageHeader title="Instances" hint={data && `${all.length} registered, ${online} online`}>
        <Button
          leftSection={<Play size={15} />}
          disabled={selected.size === 0}
          onClick={() => void navigate(`/run?i=${[...selected].join(',')}`)}
        >
          {selected.size === 0 ? 'Run on chosen' : `Run on ${selected.size}`}
        </Button>
      </PageHeader>
      <Stack gap="sm">
        {error && <FailureAlert error={error} what="The instances could not be read" onRetry={() => void refetch()} />}
        {all.length > 0 && (
          <Group gap="sm">
            <SearchBox
              value={filter}
              onChange={(q) => set({ q })}
              placeholder="Filter by name, id, system, online"
              aria-label="Filter instances"
              style={{ flex: '1 1 240px', maxWidth: 420 }}
            />
            <Text size="sm" c="dimmed" aria-live="polite">
              {filter ? `${shown.length} of ${all.length} shown` : ''}
              {selected.size > 0 && (
                <>
                  {filter ? ' · ' : ''}
                  {selected.size} chosen{' '}
                  <Button variant="subtle" size="compact-xs" onClick={() => setSelected(new Set())}>
                    Clear
                  </Button>
                </>
              )}
            </Text>
          </Group>
        )}
        {data && data.totalCount > all.length && (
          <Alert icon={<Info size={16} />} color="amber" variant="light">
            The first {all.length} of {data.totalCount} instances are shown.
          </Alert>
        )}
        {!data && !error && <Skeleton height={240} />}
        {data && (
          <div className="card">
            {all.length === 0 ? (
              <Empty icon={Server} title="No instance has registered yet" type="muster register-code create">
                Make a register code in a terminal and start an agent with it. The machine appears here as soon as its
                agent has connected.
              </Empty>
            ) : shown.length === 0 ? (
              <Empty icon={SearchX} title="Nothing matches the filter">
                <Button variant="subtle" size="xs" onClick={() => set({ q: '' })}>
                  Show all {all.length}
                </Button>
              </Empty>
            ) : (
              <InstanceTable instances={shown} selected={selected} onSelect={setSelected} />
            )}
          </div>
        )}
      </Stack>
    </>
  );
}
