import { Button, Checkbox, Group, Skeleton, Stack, Text } from '@mantine/core';
import { AgentStatus, type AutomationAgentInfo } from '@muster/contract';
import { useVirtualizer } from '@tanstack/react-virtual';
import { CircleDot, CircleOff } from 'lucide-react';
import { useId, useMemo, useRef, useState } from 'react';
import { Empty } from '../ui/empty.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { matching } from './instance-filter.ts';
import classes from './instance-picker.module.css';

export interface InstancePickerProps {
  readonly instances: readonly AutomationAgentInfo[] | undefined;
  readonly chosen: readonly string[];
  readonly onChoose: (chosen: readonly string[]) => void;
}

/** A searchable list to choose machines from; how many are chosen is always in sight. */
export function InstancePicker({ instances, chosen, onChoose }: InstancePickerProps) {
  const [filter, setFilter] = useState('');
  const shown = useMemo(() => matching(instances ?? [], filter), [instances, filter]);
  const set = useMemo(() => new Set(chosen), [chosen]);
  const viewport = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => 44,
    overscan: 8,
  });
  const toggle = (id: string) => onChoose(set.has(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  const unknown = instances ? chosen.filter((id) => !instances.some(({ instanceId }) => instanceId === id)) : [];

  return (
    <section className="card" aria-label="Instances">
      <Stack gap="xs" p="sm" pb="xs">
        <Group justify="space-between" wrap="nowrap">
          <Text fw={600} size="sm">
            Instances
          </Text>
          <Text size="sm" c={chosen.length === 0 ? 'dimmed' : undefined} className="nums" aria-live="polite">
            {chosen.length === 0 ? 'none chosen' : `${chosen.length} chosen`}
          </Text>
        </Group>
        <SearchBox
          size="xs"
          value={filter}
          onChange={setFilter}
          placeholder="Filter by name, id, online"
          aria-label="Filter instances"
        />
        <Group gap={4}>
          <Button
            size="compact-xs"
            variant="subtle"
            disabled={shown.length === 0}
            onClick={() => onChoose([...new Set([...chosen, ...shown.map(({ instanceId }) => instanceId)])])}
          >
            {filter ? `Choose the ${shown.length} shown` : `Choose all ${shown.length}`}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            disabled={chosen.length === 0}
            onClick={() => onChoose([])}
          >
            Choose none
          </Button>
        </Group>
      </Stack>
      {!instances && <Skeleton height={120} m="sm" w="auto" />}
      {instances?.length === 0 && <Empty icon={CircleOff} title="No instance" type="muster register-code create" />}
      <div ref={viewport} className={classes.list}>
        <ul style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const instance = shown[index]!;
            return (
              <li key={instance.instanceId} style={{ transform: `translateY(${start}px)` }}>
                <Option instance={instance} checked={set.has(instance.instanceId)} onToggle={toggle} />
              </li>
            );
          })}
        </ul>
      </div>
      {unknown.length > 0 && (
        <Text size="xs" c="dimmed" p="sm" pt={4}>
          Also chosen, but not in the list: <span className="mono">{unknown.join(', ')}</span>
        </Text>
      )}
    </section>
  );
}

function Option({
  instance: { instanceId, instanceName, agentStatus },
  checked,
  onToggle,
}: {
  instance: AutomationAgentInfo;
  checked: boolean;
  onToggle: (id: string) => void;
}) {
  const id = useId();
  const online = agentStatus === AgentStatus.ONLINE;
  const Icon = online ? CircleDot : CircleOff;
  return (
    <label htmlFor={id} className={classes.option} data-checked={checked || undefined}>
      <Checkbox
        id={id}
        size="xs"
        checked={checked}
        onChange={() => onToggle(instanceId)}
        aria-label={instanceName || instanceId}
      />
      <span style={{ minWidth: 0, flex: 1 }}>
        <span className="ellipsis" style={{ display: 'block', fontWeight: 550 }}>
          {instanceName || instanceId}
        </span>
        <span
          className="ellipsis mono"
          style={{ display: 'block', fontSize: 11, color: 'var(--mantine-color-dimmed)' }}
        >
          {instanceId}
        </span>
      </span>
      <span className={online ? classes.online : classes.offline}>
        <Icon size={13} aria-hidden /> {online ? 'Online' : 'Offline'}
      </span>
    </label>
  );
}
