import { ActionIcon, Alert, Select, Skeleton, Text, Tooltip } from '@mantine/core';
import { AgentStatus, type AutomationAgentInfo } from '@muster/contract';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, CircleDot, CircleOff, PanelLeftClose } from 'lucide-react';
import { type KeyboardEvent, useCallback, useId, useMemo, useRef, useState } from 'react';
import { fleetQuery } from '../api/queries.ts';
import { matching } from '../run/instance-filter.ts';
import { Empty } from '../ui/empty.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import classes from './instance-tree.module.css';
import { type Grouping, groupings, nameOf, type TreeRow, treeRows } from './tree.ts';
import { useDesk } from './use-desk.ts';

const GROUP_ROW = 30;
/** Fingers need more room than pointers. */
const INSTANCE_ROW = window.matchMedia('(pointer: coarse)').matches ? 42 : 32;

export interface InstanceTreeProps {
  /** The machine that the page is about now. */
  readonly chosen: string;
  readonly onChoose: (instance: AutomationAgentInfo) => void;
  readonly onHide?: () => void;
}

/** All machines in groups that can be folded, of which only the lines on the screen are in the page. */
export function InstanceTree({ chosen, onChoose, onHide }: InstanceTreeProps) {
  const { data, error, refetch } = useQuery(fleetQuery);
  const [filter, setFilter] = useState('');
  const [wanted, setWanted] = useState<Grouping>('presence');
  const all = useMemo(() => data?.items ?? [], [data]);
  const choices = useMemo(() => groupings(all), [all]);
  const grouping = choices.includes(wanted) ? wanted : 'presence';
  const shown = useMemo(() => matching(all, filter), [all, filter]);

  return (
    <section className={classes.tree} aria-label="Instances">
      <div className={classes.head}>
        <SearchBox
          size="xs"
          value={filter}
          onChange={setFilter}
          placeholder={data ? `Search ${data.totalCount} instances` : 'Search'}
          aria-label="Search instances"
          style={{ flex: 1 }}
        />
        {onHide && (
          <Tooltip label="Hide the instances">
            <ActionIcon variant="subtle" color="gray" aria-label="Hide the instances" onClick={onHide}>
              <PanelLeftClose size={17} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      <Select
        className={classes.grouping!}
        size="xs"
        variant="unstyled"
        aria-label="Group by"
        data={choices.map((value) => ({ value, label: `By ${value.replace(/^tag:/, 'tag ')}` }))}
        value={grouping}
        onChange={(value) => value && setWanted(value as Grouping)}
        allowDeselect={false}
      />
      {error && !data && (
        <FailureAlert error={error} what="The instances could not be read" onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={160} m="sm" w="auto" />}
      {data && all.length === 0 && <Empty icon={CircleOff} title="No instance" type="muster register-code create" />}
      {all.length > 0 && shown.length === 0 && (
        <Text size="sm" c="dimmed" p="sm">
          Nothing matches the search.
        </Text>
      )}
      {data && data.totalCount > all.length && (
        <Alert color="amber" variant="light" p="xs" m="xs">
          The first {all.length} of {data.totalCount} are here.
        </Alert>
      )}
      {/* what is searched for must not hide in a folded group */}
      <Rows instances={shown} grouping={grouping} foldable={filter === ''} chosen={chosen} onChoose={onChoose} />
    </section>
  );
}

function Rows({
  instances,
  grouping,
  foldable,
  chosen,
  onChoose,
}: {
  instances: readonly AutomationAgentInfo[];
  grouping: Grouping;
  foldable: boolean;
  chosen: string;
  onChoose: (instance: AutomationAgentInfo) => void;
}) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(
    () => treeRows(instances, grouping, foldable ? closed : new Set()),
    [instances, grouping, foldable, closed],
  );
  const [at, setAt] = useState(0);
  const here = Math.min(at, rows.length - 1);
  const id = useId();
  const viewport = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: (index) => (rows[index]?.kind === 'group' ? GROUP_ROW : INSTANCE_ROW),
    overscan: 10,
    // the height of a line goes with what it is, not with where it stands
    getItemKey: useCallback((index: number) => keyOf(rows[index]!), [rows]),
  });
  const desk = useDesk();
  const openOn = new Set(desk.tabs.filter((tab) => !tab.isOver).map((tab) => tab.subject.instanceId));

  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setAt(next);
    virtual.scrollToIndex(next);
  };
  const fold = (name: string, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(name);
    else next.add(name);
    setClosed(next);
  };
  const act = (index: number) => {
    const row = rows[index];
    setAt(index);
    if (row?.kind === 'group') fold(row.name, !row.open);
    else if (row) onChoose(row.instance);
  };
  const onKey = (event: KeyboardEvent) => {
    const move = moveOf(event.key, rows, here, (viewport.current?.clientHeight ?? 0) / INSTANCE_ROW);
    if (!move) return;
    event.preventDefault();
    if (move.kind === 'go') go(move.to);
    else if (move.kind === 'fold') fold(move.name, move.open);
    else act(here);
  };

  return (
    <div
      ref={viewport}
      className={classes.rows}
      role="tree"
      aria-label="Instances by group"
      tabIndex={0}
      aria-activedescendant={rows.length > 0 ? `${id}-${here}` : undefined}
      onKeyDown={onKey}
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
        {virtual.getVirtualItems().map(({ index, start, size }) => {
          const row = rows[index]!;
          const isGroup = row.kind === 'group';
          return (
            // the keys are those of the tree around it
            // biome-ignore lint/a11y/useKeyWithClickEvents: see above
            // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus, and says which line is meant
            <div
              key={keyOf(row)}
              id={`${id}-${index}`}
              role="treeitem"
              className={isGroup ? classes.group : classes.instance}
              style={{ height: size, transform: `translateY(${start}px)` }}
              data-here={index === here || undefined}
              aria-level={isGroup ? 1 : 2}
              aria-expanded={isGroup ? row.open : undefined}
              aria-selected={!isGroup && row.instance.instanceId === chosen}
              aria-posinset={isGroup ? undefined : row.place}
              aria-setsize={isGroup ? undefined : row.of}
              onClick={() => act(index)}
            >
              {isGroup ? (
                <GroupLine row={row} />
              ) : (
                <InstanceLine instance={row.instance} open={openOn.has(row.instance.instanceId)} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function GroupLine({ row: { name, count, open } }: { row: Extract<TreeRow, { kind: 'group' }> }) {
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <>
      <Icon size={15} aria-hidden />
      <span className="ellipsis">{name}</span>
      <span className={classes.count}>{count}</span>
    </>
  );
}

function InstanceLine({ instance, open }: { instance: AutomationAgentInfo; open: boolean }) {
  const online = instance.agentStatus === AgentStatus.ONLINE;
  const Icon = online ? CircleDot : CircleOff;
  const name = nameOf(instance);
  return (
    <>
      <Icon
        size={13}
        className={online ? classes.online : classes.offline}
        aria-label={online ? 'Online' : 'Offline'}
      />
      <span className="ellipsis" title={`${name} · ${instance.instanceId}`}>
        {name}
      </span>
      {open && (
        <span className={classes.open} role="img" aria-label="has an open terminal" title="Has an open terminal" />
      )}
    </>
  );
}

function keyOf(row: TreeRow): string {
  return row.kind === 'group' ? `group ${row.name}` : row.instance.instanceId;
}

type Move = { kind: 'go'; to: number } | { kind: 'fold'; name: string; open: boolean } | { kind: 'act' };

/** What a key does in a tree, as screen readers expect it. */
function moveOf(key: string, rows: readonly TreeRow[], here: number, page: number): Move | undefined {
  const row = rows[here];
  if (!row) return undefined;
  switch (key) {
    case 'ArrowDown':
      return { kind: 'go', to: here + 1 };
    case 'ArrowUp':
      return { kind: 'go', to: here - 1 };
    case 'PageDown':
      return { kind: 'go', to: here + Math.floor(page) };
    case 'PageUp':
      return { kind: 'go', to: here - Math.floor(page) };
    case 'Home':
      return { kind: 'go', to: 0 };
    case 'End':
      return { kind: 'go', to: rows.length - 1 };
    case 'ArrowRight':
      if (row.kind === 'instance') return undefined;
      return row.open ? { kind: 'go', to: here + 1 } : { kind: 'fold', name: row.name, open: true };
    case 'ArrowLeft':
      if (row.kind === 'group') return row.open ? { kind: 'fold', name: row.name, open: false } : undefined;
      return { kind: 'go', to: rows.findIndex((each) => each.kind === 'group' && each.name === row.group) };
    case 'Enter':
    case ' ':
      return { kind: 'act' };
    default:
      return undefined;
  }
}
