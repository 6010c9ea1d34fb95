import { Badge, Button, Menu, Popover, Stack, Text } from '@mantine/core';
import type { InvocationTask } from '@muster/contract';
import { useMutation } from '@tanstack/react-query';
import { Ban, ChevronDown, RotateCcw, WifiOff } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { invocations } from '../api/clients.ts';
import { CopyCommandLine, CopyIcon } from '../ui/copy.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { languageOf } from '../ui/languages.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { InvocationBadge } from '../ui/status-badge.tsx';
import { commandLine } from './command-line.ts';
import { readParameters } from './parameters.ts';
import { draftOf } from './run-draft.ts';
import { runTitle } from './run-title.ts';
import type { RunWatch } from './run-watch.ts';
import { isOpen, shownTask } from './statuses.ts';

/** What ran, how it stands, and what can be done about it. */
export function RunHeader({ watch, tasks }: { watch: RunWatch; tasks: readonly InvocationTask[] }) {
  const run = watch.invocation!;
  const stored = run.commandVersion > 0;
  const open = tasks.filter((task) => isOpen(shownTask(task.taskStatus)));
  const draft = draftOf(run);
  const instanceIds = tasks.map((task) => task.instanceId);
  const line = commandLine({
    ...(stored ? { commandId: run.commandId } : {}),
    content: draft.content,
    type: languageOf(run.commandType),
    instanceIds,
    username: draft.username,
    workingDirectory: draft.directory,
    timeout: draft.timeout ? Number(draft.timeout) : 0,
    parameters: readParameters(run.parameters),
  });
  return (
    <PageHeader
      title={runTitle(run)}
      badge={
        <>
          <InvocationBadge status={run.invocationStatus} />
          <ConnectionBadge watch={watch} />
        </>
      }
      hint={
        <>
          <span className="mono">{run.invocationId}</span> <CopyIcon text={run.invocationId} label="Copy the id" />
        </>
      }
    >
      {open.length > 0 && <CancelButton invocationId={run.invocationId} machines={open.length} />}
      <RunAgain watch={watch} tasks={tasks} />
      <CopyCommandLine text={line} />
    </PageHeader>
  );
}

function ConnectionBadge({ watch: { connection } }: { watch: RunWatch }) {
  if (connection !== 'reconnecting') return null;
  return (
    <Badge color="amber" variant="light" tt="none" radius="sm" leftSection={<WifiOff size={12} />}>
      Reconnecting
    </Badge>
  );
}

function CancelButton({ invocationId, machines }: { invocationId: string; machines: number }) {
  const [asking, setAsking] = useState(false);
  const cancel = useMutation({
    mutationFn: () => invocations.cancelInvocation({ invocationId }),
    onSuccess: () => setAsking(false),
  });
  return (
    <Popover opened={asking} onChange={setAsking} position="bottom-end" width={290} shadow="md" trapFocus withArrow>
      <Popover.Target>
        <Button size="xs" color="brick" variant="light" leftSection={<Ban size={15} />} onClick={() => setAsking(true)}>
          Cancel
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Text size="sm">
            Stop the script on {machines} {machines === 1 ? 'instance' : 'instances'}? What it did so far stays done.
          </Text>
          {cancel.error && <FailureAlert error={cancel.error} what="It was not cancelled" />}
          <Button size="xs" color="brick" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel the run
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function RunAgain({ watch, tasks }: { watch: RunWatch; tasks: readonly InvocationTask[] }) {
  const navigate = useNavigate();
  const run = watch.invocation!;
  const again = (which: readonly InvocationTask[]) => {
    const machines = which.map((task) => task.instanceId).join(',');
    const command = run.commandVersion > 0 ? `&command=${run.commandId}` : '';
    void navigate(`/run?i=${machines}${command}`, { state: { draft: draftOf(run) } });
  };
  const unlucky = tasks.filter((task) =>
    ['failed', 'timeout', 'cancelled'].includes(shownTask(task.taskStatus).outcome),
  );
  if (unlucky.length === 0 || unlucky.length === tasks.length) {
    return (
      <Button size="xs" variant="default" leftSection={<RotateCcw size={15} />} onClick={() => again(tasks)}>
        Run again
      </Button>
    );
  }
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<RotateCcw size={15} />}
          rightSection={<ChevronDown size={14} aria-hidden />}
        >
          Run again
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => again(unlucky)}>On the {unlucky.length} that did not succeed</Menu.Item>
        <Menu.Item onClick={() => again(tasks)}>On all {tasks.length}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
