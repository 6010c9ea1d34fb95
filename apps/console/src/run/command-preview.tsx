import { Alert, Skeleton, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { Command } from '@muster/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { commands } from '../api/clients.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { ScriptView } from '../ui/script-view.tsx';
import { descriptionsOf } from './command-part.tsx';
import { ParameterFields } from './parameter-fields.tsx';
import { hiddenKeys, placeholders, readParameters, writeParameters } from './parameters.ts';

/** The script as it would run with these values, rendered by the service itself. */
export function CommandPreview({ command }: { command: Command }) {
  const content = new TextDecoder().decode(command.content);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const given = writeParameters(new Map(Object.entries(values).filter(([, value]) => value !== '')));
  const [parameters] = useDebouncedValue(given, 250);
  const { data, error } = useQuery({
    queryKey: ['command', command.commandId, 'preview', command.version, parameters],
    queryFn: async () => {
      const answer = await commands.previewReplacedCommandContent({ commandId: command.commandId, parameters });
      return new TextDecoder().decode(answer.replacedContent);
    },
    placeholderData: keepPreviousData,
  });
  const missing = data === undefined ? [] : placeholders(data);
  return (
    <Stack gap="md">
      <div>
        <ParameterFields
          keys={placeholders(content)}
          values={values}
          hidden={hiddenKeys(content)}
          defaults={readParameters(command.defaultParameters)}
          descriptions={descriptionsOf(command)}
          onChange={setValues}
        />
      </div>
      {error && <FailureAlert error={error} what="There is no preview" />}
      {missing.length > 0 && (
        <Alert color="amber" variant="light" p="xs">
          Without a value: {missing.join(', ')}
        </Alert>
      )}
      {data === undefined ? !error && <Skeleton height={160} /> : <ScriptView content={data} label="Preview" />}
    </Stack>
  );
}
