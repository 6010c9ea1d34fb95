import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { commandQuery } from '../api/queries.ts';
import { CommandForm } from '../run/command-form.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { PageHeader } from '../ui/page-header.tsx';

/** A new command, or a new version of one. */
export function CommandFormPage() {
  const { commandId = '' } = useParams();
  const { data: command, error } = useQuery(commandQuery(commandId));
  const title = commandId === '' ? 'New command' : `Edit ${command?.commandName ?? commandId}`;
  return (
    <>
      <PageHeader
        title={title}
        hint={command && `Saving makes version ${command.version + 1}; runs keep the version they had.`}
      />
      {error ? (
        <FailureAlert error={error} what="The command could not be read" />
      ) : commandId !== '' && !command ? (
        <Skeleton height={420} />
      ) : (
        <CommandForm key={commandId} command={command ?? undefined} />
      )}
    </>
  );
}
