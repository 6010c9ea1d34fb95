import { Anchor, Group, Text } from '@mantine/core';
import type { Command } from '@muster/contract';
import { SquareTerminal } from 'lucide-react';
import { Link } from 'react-router';
import { Empty } from '../ui/empty.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { languageLabel } from '../ui/languages.ts';
import { ScriptView } from '../ui/script-view.tsx';
import { ParameterFields } from './parameter-fields.tsx';
import { hiddenKeys, placeholders, readParameters } from './parameters.ts';
import type { RunDraft } from './run-draft.ts';
import { RunOptions } from './run-options.tsx';

/** A saved command with the values for its parameters. */
export function CommandPart({
  command,
  error,
  draft,
  onChange,
}: {
  command: Command | undefined;
  error: unknown;
  draft: RunDraft;
  onChange: (changes: Partial<RunDraft>) => void;
}) {
  if (error) return <FailureAlert error={error} what="The command could not be read" />;
  if (!command) return <Empty icon={SquareTerminal} title="Choose a command from the library" />;
  const content = new TextDecoder().decode(command.content);
  return (
    <>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {languageLabel(command.commandType)}, version {command.version}
          {command.description && ` · ${command.description}`}
        </Text>
        <Anchor component={Link} to={`/commands/${command.commandId}`} size="sm">
          Open the command
        </Anchor>
      </Group>
      <ScriptView content={content} label="Script" />
      {command.enableParameter && (
        <div>
          <ParameterFields
            keys={placeholders(content)}
            values={draft.values}
            hidden={hiddenKeys(content)}
            defaults={readParameters(command.defaultParameters)}
            descriptions={descriptionsOf(command)}
            onChange={(values) => onChange({ values })}
          />
        </div>
      )}
      <RunOptions
        values={draft}
        defaults={{
          username: command.username,
          directory: command.workingDirectory,
          timeout: String(command.timeout),
        }}
        onChange={onChange}
      />
    </>
  );
}

/** What the parameters of a command are for, by key. */
export function descriptionsOf(command: Command): Map<string, string> {
  return new Map(command.defaultParameterConfs.map((conf) => [conf.parameterName, conf.parameterDescription] as const));
}
