import { Button, Group, SegmentedControl, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import type { Command } from '@muster/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useCallback, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { commands } from '../api/clients.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { defaultsOf, LANGUAGES, type Language } from '../ui/languages.ts';
import { ScriptEditor } from '../ui/script-editor.tsx';
import { type CommandDraft, commandDraft, createRequest, modifyRequest } from './command-draft.ts';
import { placeholders } from './parameters.ts';
import { badTimeout } from './run-draft.ts';
import { RunOptions } from './run-options.tsx';

/** Writes a command. Without `command` it is a new one. */
export function CommandForm({ command }: { command: Command | undefined }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => commandDraft(command));
  const change = useCallback((changes: Partial<CommandDraft>) => setDraft((before) => ({ ...before, ...changes })), []);
  const usual = defaultsOf(draft.language);
  const keys = draft.withParameters ? placeholders(draft.content) : [];
  const complete = draft.name !== '' && draft.content.trim() !== '' && badTimeout(draft.timeout) === undefined;

  const save = useMutation({
    mutationFn: async () => {
      if (!command) return (await commands.createCommand(createRequest(draft))).commandId;
      await commands.modifyCommand(modifyRequest(command.commandId, draft));
      return command.commandId;
    },
    onSuccess: async (commandId) => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['commands'] }),
        queries.invalidateQueries({ queryKey: ['command', commandId] }),
      ]);
      await navigate(`/commands/${commandId}`);
    },
  });
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (complete && !save.isPending) save.mutate();
  };

  return (
    <form onSubmit={submit} className="card" style={{ padding: 18 }} aria-label="Command">
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            label="Name"
            description="Letters, digits, _ - . and Chinese characters"
            required
            withAsterisk={false}
            autoFocus={!command}
            value={draft.name}
            onChange={(event) => change({ name: event.currentTarget.value.trim() })}
          />
          <TextInput
            label="Description"
            description="What it is for, at most 120 characters"
            maxLength={120}
            value={draft.description}
            onChange={(event) => change({ description: event.currentTarget.value })}
          />
        </SimpleGrid>
        <div>
          <Group justify="space-between" mb={8}>
            <SegmentedControl
              size="xs"
              aria-label="Language"
              data={LANGUAGES.map(({ value, label }) => ({ value, label }))}
              value={draft.language}
              onChange={(value) => change({ language: value as Language })}
            />
            <Switch
              size="xs"
              label={command ? 'Parameters (fixed once created)' : 'Parameters'}
              disabled={command !== undefined}
              checked={draft.withParameters}
              onChange={(event) => change({ withParameters: event.currentTarget.checked })}
            />
          </Group>
          <ScriptEditor
            label="Script"
            language={draft.language}
            value={draft.content}
            height={320}
            onChange={(content) => change({ content })}
          />
        </div>
        {draft.withParameters && <DefaultFields keys={keys} draft={draft} onChange={change} />}
        <RunOptions
          values={draft}
          defaults={{ username: usual.user, directory: usual.directory, timeout: '60' }}
          onChange={change}
        />
        {save.error && <FailureAlert error={save.error} what="It was not saved" />}
        <Group justify="flex-end">
          <Button component={Link} to={command ? `/commands/${command.commandId}` : '/commands'} variant="default">
            Discard
          </Button>
          <Button type="submit" disabled={!complete} loading={save.isPending}>
            {command ? `Save version ${command.version + 1}` : 'Save command'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function DefaultFields({
  keys,
  draft,
  onChange,
}: {
  keys: readonly string[];
  draft: CommandDraft;
  onChange: (changes: Partial<CommandDraft>) => void;
}) {
  if (keys.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Write <span className="mono">{'{{name}}'}</span> in the script to ask for a parameter.
      </Text>
    );
  }
  return (
    <Stack gap="xs">
      <Text size="sm" fw={550}>
        Defaults
      </Text>
      {keys.map((key) => (
        <SimpleGrid key={key} cols={{ base: 1, sm: 2 }} spacing="xs">
          <TextInput
            label={<span className="mono">{key}</span>}
            placeholder="none: to be given at every run"
            aria-label={`Default of ${key}`}
            value={draft.defaults[key] ?? ''}
            onChange={(event) => onChange({ defaults: { ...draft.defaults, [key]: event.currentTarget.value } })}
          />
          <TextInput
            label="What it is for"
            aria-label={`Description of ${key}`}
            disabled={!draft.defaults[key]}
            value={draft.descriptions[key] ?? ''}
            onChange={(event) =>
              onChange({ descriptions: { ...draft.descriptions, [key]: event.currentTarget.value } })
            }
          />
        </SimpleGrid>
      ))}
    </Stack>
  );
}
