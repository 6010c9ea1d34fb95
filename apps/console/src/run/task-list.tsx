import { Text, UnstyledButton } from '@mantine/core';
import type { InvocationTask } from '@muster/contract';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Layers } from 'lucide-react';
import { useRef } from 'react';
import { OutcomeIcon } from '../ui/status-badge.tsx';
import { shownTask } from './statuses.ts';
import classes from './task-list.module.css';
import { TaskTook } from './took.tsx';

/** The machines of a run, each with its state, exit code and duration. */
export function TaskList({
  tasks,
  selected,
  onSelect,
  total,
}: {
  tasks: readonly InvocationTask[];
  selected: string | undefined;
  onSelect: (taskId: string) => void;
  total: number;
}) {
  const viewport = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => 48,
    overscan: 8,
  });
  return (
    <nav className="card" aria-label="Instances of this run">
      <UnstyledButton
        className={classes.all}
        aria-current={selected === undefined ? 'true' : undefined}
        onClick={() => onSelect('')}
      >
        <Layers size={15} aria-hidden />
        {tasks.length === total ? 'All instances' : `These ${tasks.length} instances`}, as it arrives
      </UnstyledButton>
      <div ref={viewport} className={classes.list}>
        <ul style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <li key={tasks[index]!.invocationTaskId} style={{ transform: `translateY(${start}px)` }}>
              <TaskButton
                task={tasks[index]!}
                selected={tasks[index]!.invocationTaskId === selected}
                onSelect={onSelect}
              />
            </li>
          ))}
        </ul>
      </div>
    </nav>
  );
}

function TaskButton({
  task,
  selected,
  onSelect,
}: {
  task: InvocationTask;
  selected: boolean;
  onSelect: (taskId: string) => void;
}) {
  const { word, outcome } = shownTask(task.taskStatus);
  const exitCode = task.taskResult?.exitCode;
  return (
    <UnstyledButton
      className={classes.task}
      aria-current={selected ? 'true' : undefined}
      onClick={() => onSelect(task.invocationTaskId)}
    >
      <OutcomeIcon outcome={outcome} size={16} />
      <span style={{ minWidth: 0, flex: 1 }}>
        <span className="ellipsis" style={{ display: 'block', fontWeight: 550 }}>
          {task.instanceName || task.instanceId}
        </span>
        <Text span size="xs" c="dimmed" className="ellipsis" style={{ display: 'block' }}>
          {word}
          {exitCode !== undefined && outcome === 'failed' && ` · exit ${exitCode}`}
        </Text>
      </span>
      <Text span size="xs" c="dimmed" className="nums">
        <TaskTook task={task} />
      </Text>
    </UnstyledButton>
  );
}
