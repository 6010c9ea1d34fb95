import { Button, Group, SegmentedControl, Select, Text, Tooltip } from '@mantine/core';
import { AgentStatus } from '@muster/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { commandQuery, commandsQuery, instancesQuery } from '../api/queries.ts';
import { CommandPart } from '../run/command-part.tsx';
import { InstancePicker } from '../run/instance-picker.tsx';
import { EMPTY_DRAFT, keysOf, obstacle, offlineAmong, type RunDraft } from '../run/run-draft.ts';
import { ScriptPart } from '../run/script-part.tsx';
import { startRun } from '../run/start-run.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { useAddress } from '../ui/use-address.ts';
import classes from './run-page.module.css';

/** Chooses machines and what runs on them. The address holds the machines and the command. */
export function RunPage() {
  const navigate = useNavigate();
  const { get, set } = useAddress();
  const { state } = useLocation() as { state: { draft?: RunDraft } | null };
  const [draft, setDraft] = useState<RunDraft>(state?.draft ?? EMPTY_DRAFT);
  const instances = useQuery(instancesQuery);
  const commands = useQuery(commandsQuery);

  const commandId = get('command');
  const fromLibrary = get('source') === 'command' || commandId !== '';
  const command = useQuery(commandQuery(commandId));
  const chosenText = get('i');
  const chosen = useMemo(() => chosenText.split(',').filter(Boolean), [chosenText]);
  const online = instances.data?.items.filter(({ agentStatus }) => agentStatus === AgentStatus.ONLINE);
  const offline = online ? offlineAmong(chosen, online) : 0;

  const stored = fromLibrary ? (command.data ?? undefined) : undefined;
  const why =
    fromLibrary && !stored && chosen.length > 0
      ? 'Choose a command'
      : obstacle(stored ? { ...draft, content: 'stored' } : draft, chosen, stored ? [] : keysOf(draft));

  // one attempt keeps its token until it is answered, so that a repeated click or a lost answer cannot run it twice
  const attempt = useRef('');
  const run = useMutation({
    mutationFn: () => {
      attempt.current ||= newToken();
      return startRun({ draft, command: stored, instanceIds: chosen, clientToken: attempt.current });
    },
    onSuccess: (invocationId) => void navigate(`/invocations/${invocationId}`),
  });
  const change = useCallback((changes: Partial<RunDraft>) => {
    attempt.current = '';
    setDraft((before) => ({ ...before, ...changes }));
  }, []);
  const choose = (ids: readonly string[]) => {
    attempt.current = '';
    set({ i: ids.join(',') });
  };
  const { mutate, isPending } = run;
  const submit = useCallback(() => {
    if (why === undefined && !isPending) mutate();
  }, [why, isPending, mutate]);

  const instancesInWords = `${chosen.length} ${chosen.length === 1 ? 'instance' : 'instances'}`;
  return (
    <>
      <PageHeader title="Run" hint="A script or a saved command, on as many instances as you choose." />
      <div className={classes.columns}>
        <InstancePicker instances={instances.data?.items} chosen={chosen} onChoose={choose} />
        <section className={`card ${classes.what}`} aria-label="What to run">
          {instances.error && <FailureAlert error={instances.error} what="The instances could not be read" />}
          <Group justify="space-between" gap="xs">
            <SegmentedControl
              size="xs"
              aria-label="What to run"
              data={[
                { value: 'script', label: 'Script' },
                { value: 'command', label: 'Saved command' },
              ]}
              value={fromLibrary ? 'command' : 'script'}
              onChange={(source) => set({ source: source === 'command' ? source : '', command: '' })}
            />
            {fromLibrary && (
              <Select
                size="xs"
                w={260}
                searchable
                aria-label="Saved command"
                placeholder="Choose a command"
                data={(commands.data?.items ?? []).map((each) => ({ value: each.commandId, label: each.commandName }))}
                value={commandId || null}
                onChange={(value) => set({ command: value ?? '', source: 'command' })}
              />
            )}
          </Group>
          {fromLibrary ? (
            <CommandPart command={stored} error={command.error ?? commands.error} draft={draft} onChange={change} />
          ) : (
            <ScriptPart draft={draft} onChange={change} onSubmit={submit} />
          )}
          {run.error && <FailureAlert error={run.error} what="It was not run" />}
          <div className={classes.bar}>
            <Text size="sm" c="dimmed" aria-live="polite">
              {why ?? (offline > 0 ? `${offline} of ${chosen.length} offline: delivered when they return in time` : '')}
            </Text>
            <Tooltip label="Ctrl+Enter in the editor" disabled={why !== undefined}>
              <Button
                style={{ flexShrink: 0 }}
                leftSection={<Play size={16} />}
                disabled={why !== undefined}
                loading={isPending}
                onClick={submit}
              >
                {chosen.length === 0 ? 'Run' : `Run on ${instancesInWords}`}
              </Button>
            </Tooltip>
          </div>
        </section>
      </div>
    </>
  );
}

/** Random text; `crypto.randomUUID` exists on secure origins only. */
function newToken(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
