import { ActionIcon, Alert, Group, SegmentedControl, Text, Tooltip } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { type InvocationTask, type LateResult, OutputStream } from '@muster/contract';
import { useMutation } from '@tanstack/react-query';
import { CircleAlert, Download, WrapText } from 'lucide-react';
import { useMemo, useState } from 'react';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { TaskBadge } from '../ui/status-badge.tsx';
import { downloadOutput } from './download-output.ts';
import { inert } from './inert-text.ts';
import classes from './output-panel.module.css';
import { OutputView } from './output-view.tsx';
import type { RunWatch } from './run-watch.ts';
import { isOpen, shownTask } from './statuses.ts';
import type { Line } from './task-log.ts';
import { TaskTook } from './took.tsx';

type Wanted = 'both' | 'stdout' | 'stderr';

const STREAM: Record<Wanted, OutputStream | undefined> = {
  both: undefined,
  stdout: OutputStream.STDOUT,
  stderr: OutputStream.STDERR,
};

/** The output of one machine, or of all of them in the order it arrived. */
export function OutputPanel({
  watch,
  task,
  tasks,
  filtered,
}: {
  watch: RunWatch;
  task: InvocationTask | undefined;
  tasks: readonly InvocationTask[];
  /** Whether `tasks` are fewer than the run has. */
  filtered: boolean;
}) {
  const [wanted, setWanted] = useState<Wanted>('both');
  const [wrap, setWrap] = useLocalStorage({ key: 'muster-wrap', defaultValue: true });
  const log = task ? watch.log.task(task.invocationTaskId) : undefined;
  const all = log?.lines ?? watch.log.merged;
  const lines = pick(all, STREAM[wanted], task || !filtered ? undefined : tasks);
  const names = useMemo(
    () => new Map(tasks.map((each) => [each.invocationTaskId, each.instanceName || each.instanceId])),
    [tasks],
  );
  const going = (task ? [task] : tasks).some((each) => isOpen(shownTask(each.taskStatus)));
  const dropped = log?.dropped ?? watch.log.dropped;
  const download = useMutation({ mutationFn: (stream: OutputStream) => downloadOutput(task!, stream) });

  return (
    <section className={`card ${classes.panel}`} aria-label="Output">
      <Group className={classes.head} justify="space-between" gap="xs">
        {task ? (
          <TaskHead task={task} />
        ) : (
          <Text fw={600}>Output of {filtered ? 'these instances' : 'all instances'}</Text>
        )}
        <Group gap={8}>
          <SegmentedControl
            size="xs"
            aria-label="Which output"
            data={[
              { value: 'both', label: 'Both' },
              { value: 'stdout', label: 'stdout' },
              { value: 'stderr', label: 'stderr' },
            ]}
            value={wanted}
            onChange={(value) => setWanted(value as Wanted)}
          />
          <Tooltip label="Wrap long lines">
            <ActionIcon
              variant={wrap ? 'light' : 'default'}
              aria-label="Wrap long lines"
              aria-pressed={wrap}
              onClick={() => setWrap(!wrap)}
            >
              <WrapText size={15} />
            </ActionIcon>
          </Tooltip>
          {task &&
            ([OutputStream.STDOUT, OutputStream.STDERR] as const).map((stream) => {
              const name = stream === OutputStream.STDOUT ? 'stdout' : 'stderr';
              const shown = wanted === 'both' ? stream === OutputStream.STDOUT : STREAM[wanted] === stream;
              return shown ? (
                <Tooltip key={name} label={`Download ${name}, byte for byte`}>
                  <ActionIcon
                    variant="default"
                    aria-label={`Download ${name}`}
                    loading={download.isPending}
                    onClick={() => download.mutate(stream)}
                  >
                    <Download size={15} />
                  </ActionIcon>
                </Tooltip>
              ) : null;
            })}
        </Group>
      </Group>
      {download.error && <FailureAlert error={download.error} what="The output could not be read" />}
      {task && <TaskNotices task={task} />}
      {dropped > 0 && (
        <Text size="xs" c="dimmed" className={classes.note}>
          {dropped.toLocaleString('en')} earlier lines are not shown; the download has them.
        </Text>
      )}
      <OutputView
        lines={lines}
        names={task ? undefined : names}
        wrap={wrap}
        going={going}
        empty={going ? 'Nothing yet' : 'No output'}
      />
    </section>
  );
}

function TaskHead({ task }: { task: InvocationTask }) {
  const exitCode = task.taskResult?.exitCode;
  return (
    <Group gap="sm">
      <Text fw={600}>{task.instanceName || task.instanceId}</Text>
      <TaskBadge status={task.taskStatus} />
      <Text size="sm" c="dimmed" className="nums">
        {exitCode !== undefined && <>exit {exitCode} · </>}
        <TaskTook task={task} />
      </Text>
    </Group>
  );
}

function TaskNotices({ task }: { task: InvocationTask }) {
  const discarded = Number(task.taskResult?.discarded ?? 0);
  return (
    <>
      {task.errorInfo && (
        <Alert variant="light" color="brick" icon={<CircleAlert size={17} />} radius={0} p="xs">
          {inert(task.errorInfo)}
        </Alert>
      )}
      {task.lateResult && (
        <Alert variant="light" color="amber" icon={<CircleAlert size={17} />} radius={0} p="xs">
          {told(task.lateResult)}
        </Alert>
      )}
      {discarded > 0 && (
        <Alert variant="light" color="amber" icon={<CircleAlert size={17} />} radius={0} p="xs">
          The machine discarded {discarded.toLocaleString('en')} bytes past its limit.
        </Alert>
      )}
    </>
  );
}

/** What the machine said once the service had given the task up; the status stays. */
function told({ taskStatus, exitCode }: LateResult): string {
  const said = exitCode === undefined ? shownTask(taskStatus).word : `${shownTask(taskStatus).word}, exit ${exitCode}`;
  return `The machine told its end too late: ${said}.`;
}

function pick(
  lines: readonly Line[],
  stream: OutputStream | undefined,
  tasks: readonly InvocationTask[] | undefined,
): readonly Line[] {
  if (stream === undefined && !tasks) return lines;
  const ids = tasks && new Set(tasks.map((task) => task.invocationTaskId));
  return lines.filter((line) => (stream === undefined || line.stream === stream) && (!ids || ids.has(line.taskId)));
}
