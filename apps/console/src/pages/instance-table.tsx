import { ActionIcon, Checkbox, Text, Tooltip } from '@mantine/core';
import type { AutomationAgentInfo } from '@muster/contract';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Terminal } from 'lucide-react';
import { useLayoutEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { Ago } from '../ui/moment.tsx';
import { Presence } from '../ui/presence.tsx';

/** The usual height of a row; each is measured when it comes into sight. */
const ROW = 41;

export interface InstanceTableProps {
  readonly instances: readonly AutomationAgentInfo[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
}

/** Machines as rows, of which only those on the screen are in the page. */
export function InstanceTable({ instances, selected, onSelect }: InstanceTableProps) {
  const table = useRef<HTMLTableElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => setScrollMargin(table.current?.offsetTop ?? 0), []);
  const virtual = useWindowVirtualizer({
    count: instances.length,
    estimateSize: () => ROW,
    overscan: 12,
    scrollMargin,
    getItemKey: (index) => instances[index]!.instanceId,
  });
  const rows = virtual.getVirtualItems();
  const above = rows.length > 0 ? rows[0]!.start - scrollMargin : 0;
  const below = rows.length > 0 ? virtual.getTotalSize() - (rows.at(-1)!.end - scrollMargin) : 0;

  const chosenHere = instances.filter(({ instanceId }) => selected.has(instanceId)).length;
  const toggleAll = () => {
    const next = new Set(selected);
    for (const { instanceId } of instances) {
      if (chosenHere === instances.length) next.delete(instanceId);
      else next.add(instanceId);
    }
    onSelect(next);
  };
  const toggle = (instanceId: string) => {
    const next = new Set(selected);
    if (!next.delete(instanceId)) next.add(instanceId);
    onSelect(next);
  };

  return (
    <table ref={table} className="list">
      <thead>
        <tr>
          <th style={{ width: 44 }}>
            <Checkbox
              size="xs"
              aria-label="Choose all shown"
              checked={chosenHere > 0 && chosenHere === instances.length}
              indeterminate={chosenHere > 0 && chosenHere < instances.length}
              onChange={toggleAll}
            />
          </th>
          <th style={{ width: 96 }}>Presence</th>
          <th>Name</th>
          <th className="wide-only">Id</th>
          <th className="wide-only">System</th>
          <th className="wide-only">Agent</th>
          <th style={{ textAlign: 'right' }}>Last heard</th>
          <th style={{ width: 52 }} aria-label="Terminal" />
        </tr>
      </thead>
      <tbody>
        <Spacer height={above} />
        {rows.map(({ index, key }) => (
          <InstanceRow
            key={key}
            index={index}
            measure={virtual.measureElement}
            instance={instances[index]!}
            selected={selected.has(instances[index]!.instanceId)}
            onToggle={toggle}
          />
        ))}
        <Spacer height={below} />
      </tbody>
    </table>
  );
}

function InstanceRow({
  index,
  measure,
  instance,
  selected,
  onToggle,
}: {
  index: number;
  measure: (row: HTMLTableRowElement | null) => void;
  instance: AutomationAgentInfo;
  selected: boolean;
  onToggle: (instanceId: string) => void;
}) {
  const { instanceId, instanceName, hostName, environment, version, lastHeartbeatTime, agentStatus, localIp } =
    instance;
  return (
    <tr
      ref={measure}
      data-index={index}
      className={selected ? 'link selected' : 'link'}
      onClick={() => onToggle(instanceId)}
    >
      <td>
        <Checkbox
          size="xs"
          aria-label={`Choose ${instanceName || instanceId}`}
          checked={selected}
          onClick={(event) => event.stopPropagation()}
          onChange={() => onToggle(instanceId)}
        />
      </td>
      <td>
        <Presence status={agentStatus} />
      </td>
      <td style={{ maxWidth: 0, width: '40%' }}>
        <div className="ellipsis" title={localIp}>
          <Text span size="sm" fw={550}>
            {instanceName || hostName || instanceId}
          </Text>
          {hostName && hostName !== instanceName && instanceName && (
            <Text span size="xs" c="dimmed" ml={8} className="wide-only">
              {hostName}
            </Text>
          )}
        </div>
        <div className="narrow-only ellipsis mono" style={{ fontSize: 11, color: 'var(--mantine-color-dimmed)' }}>
          {instanceId}
        </div>
      </td>
      <td className="mono wide-only" style={{ whiteSpace: 'nowrap' }}>
        {instanceId}
      </td>
      <td className="wide-only">{environment}</td>
      <td className="nums wide-only">{version}</td>
      <td style={{ textAlign: 'right' }}>
        <Text span size="sm" c="dimmed">
          <Ago time={lastHeartbeatTime} />
        </Text>
      </td>
      <td style={{ paddingBlock: 0 }}>
        <Tooltip label="Terminal">
          <ActionIcon
            component={Link}
            to={`/terminal?i=${instanceId}`}
            variant="subtle"
            color="gray"
            aria-label={`Terminal on ${instanceName || instanceId}`}
            onClick={(event) => event.stopPropagation()}
          >
            <Terminal size={16} />
          </ActionIcon>
        </Tooltip>
      </td>
    </tr>
  );
}

function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr className="spacer" aria-hidden>
      <td colSpan={8} style={{ height }} />
    </tr>
  );
}
